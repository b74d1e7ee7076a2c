import { describe, expect, it } from 'vitest'
import { respOf } from '../../../src/gateway/resp.ts'
import { ReplyError } from '../../../src/redis/errors.ts'
import { completionsOf, entryOf, tableOfDocs } from '../../../web/console/command-table.ts'
import { historyIn, rememberLine } from '../../../web/console/history.ts'
import { RespError, replyOf, withMaps } from '../../../web/console/resp.ts'

describe('a reply in RESP2', () => {
  it('is told apart by its kind', () => {
    const bytes = respOf(['OK', 42, null, new ReplyError('ERR no'), Buffer.from([255, 13, 10]), []])
    expect(replyOf(bytes)).toEqual({
      kind: 'array',
      items: [
        { kind: 'status', text: 'OK' },
        { kind: 'integer', text: '42' },
        { kind: 'null' },
        { kind: 'error', text: 'ERR no' },
        { kind: 'string', bytes: Buffer.from([255, 13, 10]) },
        { kind: 'array', items: [] },
      ],
    })
  })

  it('keeps digits that a double would lose', () => {
    expect(replyOf(Buffer.from(':9223372036854775807\r\n'))).toMatchObject({ text: '9223372036854775807' })
  })

  it.each(['', '+OK', '$5\r\nab\r\n', '*2\r\n:1\r\n', '?\r\n', '$x\r\n', ':1\r\n:2\r\n'])(
    'is refused as %j',
    (text) => {
      expect(() => replyOf(Buffer.from(text))).toThrow(RespError)
    },
  )

  it('is a map where the command says names and values', () => {
    const reply = replyOf(respOf([Buffer.from('a'), Buffer.from('1')]))
    expect(withMaps(['hgetall', 'key'], reply).kind).toBe('map')
    expect(withMaps(['config', 'get', 'a'], reply).kind).toBe('map')
    expect(withMaps(['LRANGE', 'key'], reply).kind).toBe('array')
  })
})

describe('the command table', () => {
  const argument = (name: string, type: string, ...more: (string | string[] | unknown[])[]) => [
    ...['name', name, 'type', type],
    ...more,
  ]
  const table = tableOfDocs(
    replyOf(
      respOf([
        ...[
          'set',
          [
            'summary',
            'Sets it.',
            'arguments',
            [
              argument('key', 'key'),
              argument('condition', 'oneof', 'flags', ['optional'], 'arguments', [
                argument('nx', 'pure-token', 'token', 'NX'),
                argument('xx', 'pure-token', 'token', 'XX'),
              ]),
              argument('seconds', 'integer', 'token', 'EX', 'flags', ['optional']),
            ],
          ],
        ],
        ...['del', ['arguments', [argument('key', 'key', 'flags', ['multiple'])]]],
        ...['config', ['summary', 'Several.', 'subcommands', ['config|get', ['summary', 'Reads.']]]],
      ] as Parameters<typeof respOf>[0]),
    ),
  )

  it('has names, what follows them and what they do', () => {
    expect(table).toEqual([
      { name: 'CONFIG', syntax: '', summary: 'Several.' },
      { name: 'CONFIG GET', syntax: '', summary: 'Reads.' },
      { name: 'DEL', syntax: 'key [key …]', summary: '' },
      { name: 'SET', syntax: 'key [NX | XX] [EX seconds]', summary: 'Sets it.' },
    ])
  })

  it('completes commands and subcommands, and nothing behind a whole one', () => {
    const names = (typed: string) => completionsOf(table, typed, 8).map(({ name }) => name)
    expect(names('con')).toEqual(['CONFIG', 'CONFIG GET'])
    expect(names(' config  g')).toEqual(['CONFIG GET'])
    expect(names('set')).toEqual([])
    expect(names('set key')).toEqual([])
    expect(names('')).toEqual([])
  })

  it('knows which command a line is', () => {
    expect(entryOf(table, 'config get x')?.name).toBe('CONFIG GET')
    expect(entryOf(table, 'set get')?.name).toBe('SET')
    expect(entryOf(table, 'nothing')).toBeUndefined()
  })
})

describe('the history', () => {
  it('is found again on the next visit, without what may be a password', () => {
    const kept = new Map<string, string>()
    const memory = {
      read: (key: string) => kept.get(key),
      write: (key: string, value: string | undefined) =>
        void (value === undefined ? kept.delete(key) : kept.set(key, value)),
    }
    let history = historyIn(memory)
    for (const line of ['GET a', 'AUTH secret', ' config set requirepass x', 'GET b'])
      history = rememberLine(memory, history, line)
    expect(historyIn(memory).texts).toEqual(['GET b', 'GET a'])
    expect(history.texts).toEqual(['GET b', 'GET a'])
  })
})
