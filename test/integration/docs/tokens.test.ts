import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { decodeJwt } from 'jose'
import { expect, it } from 'vitest'
import { ExampleFolder, examplesOf, printsOf } from './examples.ts'

const root = join(import.meta.dirname, '../../..')
const page = readFileSync(join(root, 'docs/tokens.md'), 'utf8')

it('the programs of docs/tokens.md print what they say', async () => {
  using folder = new ExampleFolder()
  const examples = examplesOf('docs/tokens.md')
  const paths = examples.map((example) => folder.add(example))
  expect(await folder.typeCheck()).toBe('')
  expect(examples).toHaveLength(2)
  for (const [index, path] of paths.entries()) {
    const { stdout, ...rest } = await folder.run(path, {}, 30_000)
    expect(rest).toEqual({ stderr: '', code: 0 })
    expect(stdout.trimEnd().split('\n')).toEqual(printsOf(examples[index]!))
  }
}, 90_000)

it('the commands of docs/tokens.md print tokens', async () => {
  const commands = [...page.matchAll(/^longwire (token .*)$/gm)].map((match) => match[1]!)
  const folder = mkdtempSync(join(tmpdir(), 'longwire-'))
  const tokens: string[] = []
  for (const command of commands) {
    const script = `"${process.execPath}" "${join(root, 'bin/longwire.ts')}" ${command}`
    const { stdout } = await promisify(execFile)('sh', ['-c', script], { cwd: folder })
    tokens.push(stdout.trim())
  }
  rmSync(folder, { recursive: true })
  expect(tokens.map((token) => decodeJwt(token))).toMatchObject([
    { sub: 'ann' },
    { sub: 'ann', info: { name: 'Ann' }, moderator: true },
    { sub: 'ann', channels: ['news', 'deals'] },
    { sub: 'ann', channel: '$staff' },
  ])
}, 60_000)
