import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { projectRoot } from '../../../scripts/paths.mjs'
import { moderatorCommands } from '../../../src/chat/dialects/plain/moderator-commands.ts'
import { moderationErrorCodes } from '../../../src/chat/moderation/errors.ts'
import { ExampleFolder, examplesOf, printsOf } from './examples.ts'

const page = readFileSync(join(projectRoot, 'docs/moderation.md'), 'utf8')
const folder = new ExampleFolder()
afterAll(() => folder[Symbol.dispose]())

it('the example of docs/moderation.md is a whole program that prints what it says, and keeps its orders', async () => {
  const [example] = examplesOf('docs/moderation.md')
  const kept = join(projectRoot, '.cache', `moderation-example-${process.pid}`)
  const code = example!.code.replace('./kept', kept)
  try {
    const path = folder.add({ ...example!, code })
    expect(await folder.typeCheck()).toBe('')
    const { stdout, code: exitCode } = await folder.run(path)
    expect([exitCode, stdout.trimEnd().split('\n')]).toEqual([0, printsOf(example!)])
    expect(existsSync(join(kept, 'moderation.ndjson'))).toBe(true)
  } finally {
    rmSync(kept, { recursive: true, force: true })
  }
}, 120_000)

it('docs/moderation.md lists every command and every error as the code has them', () => {
  for (const command of Object.keys(moderatorCommands)) expect(page).toContain(`/${command}`)
  for (const [code, sentence] of Object.entries(moderationErrorCodes)) {
    expect(page).toContain(`| \`${code}\` | ${sentence} |`)
  }
})
