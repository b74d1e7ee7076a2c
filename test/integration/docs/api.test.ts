import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { operations } from '../../../src/server/api/operations/table.ts'
import { Caller } from '../api/caller.ts'
import { run } from '../server/running.ts'
import { consoleExamples, shownBy } from './console-examples.ts'

it('docs/api.md shows what its commands really answer', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'longwire-api-'))
  const caller = new Caller()
  const running = await run({ store: 'sqlite', dataDir, api: { keys: [caller.hash] } })
  const examples = consoleExamples('docs/api.md')
  expect(examples.length).toBeGreaterThan(10)
  for (const example of examples) {
    const shown = await shownBy(example, { 9999: running.httpPort }, { KEY: caller.key })
    expect([example.command, shown]).toEqual([example.command, example.shown])
  }
  await running.server.close()
  rmSync(dataDir, { recursive: true })
  // A process for each command takes its time on a busy machine.
}, 60_000)

it('docs/api.md lists every operation with all its fields', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/api.md'), 'utf8')
  const listed = [...page.matchAll(/^\| `(\w+)` \| /gm)].map((match) => match[1])
  expect(listed).toEqual([...operations.map(({ name }) => name), 'batch'])
})
