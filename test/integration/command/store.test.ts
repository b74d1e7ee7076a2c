import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { History } from '../../../src/broker/broker.ts'
import { SqliteBroker } from '../../../src/broker/sqlite/sqlite.ts'
import { storeFileIn } from '../../../src/broker/sqlite/store-file.ts'

const entry = fileURLToPath(new URL('../../../bin/longwire.ts', import.meta.url))

let data: string
let other: string
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'longwire-'))
  other = mkdtempSync(join(tmpdir(), 'longwire-'))
})
afterEach(() => {
  for (const folder of [data, other]) rmSync(folder, { recursive: true })
})

async function longwire(args: readonly string[], input = '') {
  const child = spawn(process.execPath, [entry, ...args])
  let output = ''
  let complaints = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  child.stderr.on('data', (chunk) => {
    complaints += chunk
  })
  // A command that does not read its input may be gone before it is written.
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const [code] = await once(child, 'close')
  return { code, output, complaints }
}

/** A store with a trimmed room, an empty one, and one whose content needs escaping. */
async function filled(): Promise<SqliteBroker> {
  const broker = await SqliteBroker.open({ file: storeFileIn(data) })
  for (let count = 1; count <= 30; count++) {
    await broker.publish(
      'trimmed',
      { data: `{"text":"number ${count}"}`, meta: '{"user":"ann"}' },
      { historySize: 10 },
    )
  }
  await broker.history('empty')
  await broker.publish('"odd"\n', { data: 'line\nline "ü" 🎉' }, { historySize: 5, historyTtlMs: 3_600_000 })
  return broker
}

const rooms = ['trimmed', 'empty', '"odd"\n']
const read = (broker: SqliteBroker): Promise<History[]> =>
  Promise.all(rooms.map((room) => broker.history(room)))

describe('The command with a store', () => {
  it('exports a store that is in use, and imports the same history, offsets and epochs', async () => {
    const broker = await filled()
    const before = await read(broker)
    const exported = await longwire(['export', '--data', data])
    expect(exported).toMatchObject({ code: 0, complaints: 'Exported 11 publications of 3 rooms.\n' })
    expect(
      exported.output
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toHaveLength(1 + 3 + 11 + 1)
    await broker.close()
    const imported = await longwire(['import', '--data', join(other, 'new')], exported.output)
    expect(imported).toMatchObject({ code: 0, output: 'Imported 11 publications of 3 rooms.\n' })
    const after = await SqliteBroker.open({ file: storeFileIn(join(other, 'new')) })
    expect(await read(after)).toEqual(before)
    expect((await after.search('number 30')).found).toHaveLength(1)
    const { offset } = await after.publish('trimmed', { data: 'next' }, { historySize: 10 })
    expect(offset).toBe(31)
    await after.close()
    const again = await longwire(['export', '--data', join(other, 'new'), join(other, 'again.ndjson')])
    expect(again.code).toBe(0)
    expect(readFileSync(join(other, 'again.ndjson'), 'utf8')).toContain('"data":"next"')
  })

  it('imports nothing of what is not whole, not an export, or there already', async () => {
    await (await filled()).close()
    const { output } = await longwire(['export', '--data', data])
    const lines = output.trimEnd().split('\n')
    const cut = `${lines.slice(0, -1).join('\n')}\n`
    for (const [input, complaint] of [
      [cut, 'is not whole'],
      ['{"hello":1}\n', 'Line 1: expected the first line of an export'],
      [`${lines[0]}\nnot JSON\n`, 'Line 2: expected a JSON object'],
      [`${lines[0]}\n${lines[1]}\n${lines[1]}\n`, 'has the room'],
    ] as const) {
      const imported = await longwire(['import', '--data', other], input)
      expect([imported.code, imported.complaints]).toEqual([1, expect.stringContaining(complaint)])
    }
    expect((await longwire(['import', '--data', other], output)).code).toBe(0)
    const twice = await longwire(['import', '--data', other], output)
    expect([twice.code, twice.complaints]).toEqual([1, expect.stringContaining('has the room')])
  })

  it('does not import into a store that is in use, nor into memory', async () => {
    const broker = await filled()
    const locked = await longwire(['import', '--data', data], '{}\n')
    expect([locked.code, locked.complaints]).toEqual([
      1,
      expect.stringContaining('in use by another process'),
    ])
    await broker.close()
    expect(await longwire(['export', '--store', 'memory'])).toMatchObject({
      code: 2,
      complaints:
        'longwire: The configuration keeps rooms in memory. Say which folder a store is in with --data DIR.\n',
    })
    const missing = await longwire(['export', '--data', other])
    expect([missing.code, missing.complaints]).toEqual([1, expect.stringContaining('There is no store')])
  })

  it('restores a back-up where a process was killed: what it left behind is moved aside, and is a store still', async () => {
    const killed = async (script: string): Promise<void> => {
      const path = fileURLToPath(new URL('../../../src/broker/sqlite/sqlite.ts', import.meta.url))
      const program = `const { SqliteBroker } = await import(${JSON.stringify(path)})
        const broker = await SqliteBroker.open({ file: ${JSON.stringify(storeFileIn(data))} })
        const say = (text) => broker.publish('room', { data: JSON.stringify(text) }, { historySize: 100 })
        ${script}
        process.kill(process.pid, 'SIGKILL')`
      const child = spawn(process.execPath, ['--input-type=module', '-e', program])
      expect(await once(child, 'close')).toEqual([null, 'SIGKILL'])
    }
    await killed("for (const text of ['one', 'two']) await say(text)")
    const copy = join(other, 'copy.db')
    expect((await longwire(['backup', copy, '--data', data])).code).toBe(0)
    await killed("await broker.removeHistory('room'); for (let n = 0; n < 50; n++) await say('later ' + n)")
    expect(existsSync(`${storeFileIn(data)}-wal`)).toBe(true)

    const restored = await longwire(['restore', copy, '--data', data])
    expect([restored.code, restored.complaints]).toEqual([0, ''])
    const aside = /What was there is (.*)\.$/.exec(restored.output.trimEnd())?.[1]
    const texts = async (file: string): Promise<string[]> => {
      const broker = await SqliteBroker.open({ file })
      const { publications } = await broker.history('room')
      await broker.close()
      return publications.map((publication) => JSON.parse(publication.data))
    }
    expect(await texts(storeFileIn(data))).toEqual(['one', 'two'])
    expect((await texts(aside!)).length).toBe(50)
    expect(statSync(storeFileIn(data)).mode & 0o777).toBe(0o600)
  })

  it('restores nothing that is no back-up, nor into a store that is in use', async () => {
    const broker = await filled()
    const copy = join(other, 'copy.db')
    expect((await longwire(['backup', copy, '--data', data])).code).toBe(0)
    expect(statSync(copy).mode & 0o777).toBe(0o600)
    const locked = await longwire(['restore', copy, '--data', data])
    expect([locked.code, locked.complaints]).toEqual([1, expect.stringContaining('in use by another')])
    await broker.close()
    const nonsense = join(other, 'nonsense.db')
    writeFileSync(nonsense, 'nonsense')
    for (const [file, complaint] of [
      [nonsense, 'is no good'],
      [join(other, 'missing.db'), 'There is no back-up'],
    ] as const) {
      const refused = await longwire(['restore', file, '--data', data])
      expect([refused.code, refused.complaints]).toEqual([1, expect.stringContaining(complaint)])
    }
    expect(readdirSync(data).filter((name) => name.includes('partial'))).toEqual([])
    expect((await longwire(['export', '--data', data])).code).toBe(0)
  })

  it('prints what was said with some words, newest first, also of what an import brought', async () => {
    const broker = await SqliteBroker.open({ file: storeFileIn(data) })
    const say = (room: string, text: string) =>
      broker.publish(room, { data: JSON.stringify({ name: 'Ann', text }) }, { historySize: 10 })
    for (let count = 1; count <= 5; count++) await say('lobby', `first words ${count}`)
    expect((await broker.search('words')).found).toHaveLength(5)
    const { output: exported } = await longwire(['export', '--data', data])
    await broker.removeHistory('lobby')
    await say('other', 'a single one')
    await broker.close()
    const elsewhere = exported.replaceAll('lobby', 'imported')
    expect(await longwire(['import', '--data', data], elsewhere)).toMatchObject({ code: 0 })
    const opened = await SqliteBroker.open({ file: storeFileIn(data) })
    expect((await opened.search('words')).found).toHaveLength(5)

    const { output } = await longwire(['search', '--data', data, 'word', 'first', '--limit', '2'])
    expect(output.split('\n').map((line) => line.slice(25))).toEqual([
      'imported #5 Ann: first words 5',
      'imported #4 Ann: first words 4',
      '',
    ])
    const inRoom = await longwire(['search', '--data', data, '--room', 'other', '--json', 'one'])
    expect(JSON.parse(inRoom.output)).toMatchObject({ room: 'other', data: { text: 'a single one' } })
    expect((await longwire(['search', '--data', data, 'nothing'])).output).toBe('')
    expect((await longwire(['search', '--data', data, '--limit', 'x', 'one'])).code).toBe(2)
    await opened.close()
  })

  it('backs up a store that is in use; the copy has its history, in new epochs', async () => {
    const broker = await filled()
    const before = await read(broker)
    const intoFolder = await longwire(['backup', other, '--data', data])
    expect(intoFolder.code).toBe(0)
    expect(readdirSync(other)).toHaveLength(1)
    expect(existsSync(intoFolder.output.trimEnd())).toBe(true)
    const file = join(other, 'copy.db')
    expect((await longwire(['backup', file, '--data', data])).code).toBe(0)
    const twice = await longwire(['backup', file, '--data', data])
    expect([twice.code, twice.complaints]).toEqual([1, expect.stringContaining('exists already')])
    await broker.close()
    const copy = await SqliteBroker.open({ file })
    const after = await read(copy)
    expect(after.map(({ publications, offset }) => [publications, offset])).toEqual(
      before.map(({ publications, offset }) => [publications, offset]),
    )
    for (const [index, { epoch }] of after.entries()) expect(epoch).not.toBe(before[index]?.epoch)
    await copy.close()
  })
})
