import { Centrifuge } from 'centrifuge/build/protobuf'
import { describe, expect, it } from 'vitest'
import { fossilDelta } from '../../../../src/chat/delta/fossil.ts'
import { Disconnect } from '../../../../src/chat/dialects/centrifuge/disconnects.ts'
import { formatFor } from '../../../../src/chat/dialects/centrifuge/formats.ts'
import { protobufFraming } from '../../../../src/chat/dialects/centrifuge/framing.ts'
import { decodeCommands } from '../../../../src/chat/dialects/centrifuge/protobuf/commands.ts'
import { encodeReplies } from '../../../../src/chat/dialects/centrifuge/protobuf/replies.ts'
import { type Command, pong } from '../../../../src/chat/dialects/centrifuge/protocol.ts'
import { Publication } from '../../../../src/chat/publication.ts'
import { randomSource } from '../../../random-source.ts'

/** The generated codec of the public package. */
interface Codec {
  encodeCommands(commands: readonly object[]): Uint8Array
  decodeReplies(bytes: Uint8Array): object[]
}

class Public extends Centrifuge {
  get codec(): Codec {
    return this._codec
  }
}

const { codec } = new Public('ws://127.0.0.1', { websocket: WebSocket })

const bytes = (text: string): Uint8Array => Buffer.from(text)

/** A message with what was set in it: bytes as their text, numbers of 64 bits as numbers. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString()
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  if ('low' in value && 'high' in value) return Number(String(value))
  const fields = Object.entries(value).filter(
    ([name, field]) => !madeEmpty.has(name) || Object.keys(field).length > 0,
  )
  return Object.fromEntries(fields.map(([name, field]) => [name, plain(field)]))
}

/** Lists and maps, which are there and empty where nothing was set. */
const madeEmpty: ReadonlySet<string> = new Set(['items', 'publications', 'state', 'subs', 'tags'])

function read(frame: Uint8Array): (Command | typeof pong)[] {
  return [...decodeCommands(Buffer.from(frame))]
}

function written(...lines: string[]): unknown[] {
  return codec.decodeReplies(encodeReplies(lines)).map(plain)
}

/** What a frame is refused with. */
function refusal(frame: Uint8Array): unknown {
  try {
    read(frame)
  } catch (error) {
    return error
  }
  return undefined
}

const badRequest = expect.objectContaining({ code: 'DISCONNECT', status: 3501 })

describe('Commands in Protobuf', () => {
  it('become what the same in JSON becomes, of every kind', () => {
    const frame = codec.encodeCommands([
      {
        id: 1,
        connect: {
          token: 'a.b.c',
          name: 'swift',
          version: '1',
          data: bytes('{"a":[1]}'),
          headers: { Authorization: 'x' },
          subs: { 'dialog#ann': { recover: true, offset: 7, epoch: 'xyz' }, empty: {} },
        },
      },
      {
        id: 2,
        subscribe: {
          ...{ channel: 'Köln', token: 't', recover: true, epoch: 'e', offset: 2 ** 40, positioned: true },
          ...{ recoverable: true, join_leave: true, delta: 'fossil', flag: 2, data: bytes('"x"') },
        },
      },
      { id: 3, unsubscribe: { channel: 'news' } },
      { id: 4, publish: { channel: 'news', data: bytes('{ "n": 12345678901234567890 }') } },
      { id: 5, presence: { channel: 'news' } },
      { id: 6, presence_stats: { channel: 'news' } },
      { id: 7, history: { channel: 'news', limit: -1, reverse: true, since: { offset: 3, epoch: 'e' } } },
      { id: 8, ping: {} },
      { send: { data: bytes('null') } },
      { id: 2 ** 32 - 1, rpc: { method: 'echo', data: bytes('[true]') } },
      { id: 10, refresh: { token: 't' } },
      { id: 11, sub_refresh: { channel: 'news', token: 't' } },
      {},
    ])
    expect(
      read(frame).map((command) =>
        command === pong ? pong : [command.id, command.name, command.parameters],
      ),
    ).toEqual([
      [
        1,
        'connect',
        {
          ...{ token: 'a.b.c', name: 'swift', version: '1', data: { a: [1] } },
          headers: { Authorization: 'x' },
          subs: { 'dialog#ann': { recover: true, offset: 7, epoch: 'xyz' }, empty: {} },
        },
      ],
      [
        2,
        'subscribe',
        {
          ...{ channel: 'Köln', token: 't', recover: true, epoch: 'e', offset: 2 ** 40, positioned: true },
          ...{ recoverable: true, join_leave: true, delta: 'fossil', flag: 2, data: 'x' },
        },
      ],
      [3, 'unsubscribe', { channel: 'news' }],
      [4, 'publish', { channel: 'news', data: { n: Number('12345678901234567890') } }],
      [5, 'presence', { channel: 'news' }],
      [6, 'presence_stats', { channel: 'news' }],
      [7, 'history', { channel: 'news', limit: -1, reverse: true, since: { offset: 3, epoch: 'e' } }],
      [8, 'ping', {}],
      [0, 'send', { data: null }],
      [2 ** 32 - 1, 'rpc', { method: 'echo', data: [true] }],
      [10, 'refresh', { token: 't' }],
      [11, 'sub_refresh', { channel: 'news', token: 't' }],
      pong,
    ])
  })

  it('keep the data of a publication as they were written', () => {
    const data = '{ "n": 12345678901234567890,\n "n": "ü" }'
    expect(read(codec.encodeCommands([{ id: 1, publish: { channel: 'news', data: bytes(data) } }]))).toEqual([
      expect.objectContaining({ data }),
    ])
  })

  it.each([
    ['no JSON', bytes('hello')],
    ['JSON and more', bytes('1,"channel":"other"')],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['a mark of byte order', bytes('\ufeff1')],
  ])('whose data are %s are marked, and are commands still', (_what, data) => {
    expect(read(codec.encodeCommands([{ id: 1, publish: { channel: 'news', data } }]))).toEqual([
      expect.objectContaining({ id: 1, name: 'publish', hasForeignData: true }),
    ])
  })

  it('without data have none', () => {
    const [command] = read(codec.encodeCommands([{ id: 1, publish: { channel: 'news', data: bytes('') } }]))
    expect(command).toMatchObject({ parameters: { channel: 'news', data: undefined }, data: undefined })
    expect(command).not.toHaveProperty('hasForeignData')
  })

  it('may hold fields that nobody here knows', () => {
    const unknown = [
      0xa0, 0x06, 0x01, 0xa1, 0x06, 1, 2, 3, 4, 5, 6, 7, 8, 0xa5, 0x06, 1, 2, 3, 4, 0xa2, 0x06, 2, 9, 9,
    ]
    const command = [...unknown, 0x08, 0x05, 0x5a, unknown.length, ...unknown]
    expect(read(Buffer.from([command.length, ...command]))).toEqual([
      { id: 5, name: 'ping', parameters: {}, data: undefined },
    ])
  })

  it('do not touch the prototypes of objects, whatever their channels are called', () => {
    const subs = JSON.parse('{"__proto__":{"recover":true},"constructor":{"offset":1}}')
    const [command] = read(codec.encodeCommands([{ id: 1, connect: { subs } }]))
    expect(JSON.stringify((command as Command).parameters.subs)).toBe(JSON.stringify(subs))
  })

  it.each([
    ['nothing', []],
    ['a length of more than 64 bits', Array(11).fill(0xff)],
    ['half a length', [0x80]],
    ['more than came', [5, 0x08, 1]],
    ['far more than came', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
    ['a field without its value', [1, 0x08]],
    ['a text longer than its message', [6, 0x08, 1, 0x32, 9, 0x0a, 1]],
    ['a number where a message belongs', [4, 0x08, 1, 0x20, 1]],
    ['a message where a number belongs', [3, 0x0a, 1, 0x08]],
    ['the field 0', [2, 0x00, 1]],
    ['a group', [3, 0x0b, 0x08, 0x0c]],
    ['a text that is no UTF-8', [8, 0x08, 1, 0x32, 4, 0x0a, 2, 0xff, 0xfe]],
    ['no request', [2, 0x08, 1]],
    ['two requests', [6, 0x08, 1, 0x5a, 0, 0x42, 0]],
    ['a request without an id', [2, 0x5a, 0]],
    ['an id of 33 bits', [8, 0x08, 0x80, 0x80, 0x80, 0x80, 0x10, 0x5a, 0]],
  ])('that are %s are no protocol', (_what, frame) => {
    expect(refusal(Buffer.from(frame))).toEqual(badRequest)
  })

  it('in a text are no protocol', () => {
    expect(() => [...decodeCommands('{"id":1,"connect":{}}')]).toThrow(Disconnect)
  })

  it('before a broken one are still read', () => {
    const frame = Buffer.concat([codec.encodeCommands([{ id: 1, ping: {} }]), Buffer.from([0x05])])
    const commands = decodeCommands(frame)
    expect(commands.next().value).toMatchObject({ id: 1, name: 'ping' })
    expect(() => commands.next()).toThrow(Disconnect)
  })

  it('that are garbage, or were changed or cut anywhere, are read or refused, and nothing else', () => {
    const random = randomSource(20_261_125)
    const below = (bound: number): number => Math.floor(random() * bound)
    const whole = codec.encodeCommands([
      {
        id: 1,
        connect: {
          token: 'abc',
          data: bytes('{"a":1}'),
          subs: { news: { offset: 300 } },
          headers: { a: 'b' },
        },
      },
      { id: 2, publish: { channel: 'news', data: bytes('"hello"') } },
      { id: 3, history: { channel: 'news', limit: -1, since: { offset: 3, epoch: 'e' } } },
    ])
    const outcomes = new Map<string, number>()
    for (let round = 0; round < 30_000; round++) {
      const frame =
        round % 3 === 0
          ? Buffer.from(Array.from({ length: below(40) }, () => below(256)))
          : Buffer.from(whole)
      if (round % 3 === 1) frame[below(frame.length)] = below(256)
      const cut = round % 3 === 2 ? frame.subarray(0, below(frame.length)) : frame
      const error = refusal(cut)
      if (error !== undefined) expect(error).toEqual(badRequest)
      const outcome = error === undefined ? 'read' : 'refused'
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    }
    expect([...outcomes.values()].every((count) => count > 1_000)).toBe(true)
  })
})

describe('Replies in Protobuf', () => {
  it('say what the same in JSON says, of every kind', () => {
    const info = '{"client":"c","user":"ann","conn_info":{"name":"Ann"},"chan_info":[1]}'
    const shownInfo = {
      client: 'c',
      user: 'ann',
      conn_info: '{"name":"Ann"}',
      chan_info: '[1]',
    }
    const publication = `{"data":{"n":12345678901234567890, "t":"ü\\n}"},"info":${info},"tags":{"a":"b\\"","ü":""},"offset":5}`
    const shownPublication = {
      ...{ data: '{"n":12345678901234567890, "t":"ü\\n}"}', info: shownInfo, offset: 5 },
      tags: { a: 'b"', ü: '' },
    }
    const result = `{"recoverable":true,"positioned":true,"epoch":"xyz","offset":9007199254740991,"publications":[${publication},${publication}],"was_recovering":true,"recovered":true,"expires":true,"ttl":300,"delta":true,"data":"x"}`
    const shownResult = {
      ...{ recoverable: true, positioned: true, epoch: 'xyz', offset: 9007199254740991 },
      publications: [shownPublication, shownPublication],
      ...{ was_recovering: true, recovered: true, expires: true, ttl: 300, delta: true, data: '"x"' },
    }
    const rows: [string, unknown][] = [
      ['{}', {}],
      [
        '{"id":1,"error":{"code":100,"message":"internal","temporary":true}}',
        { id: 1, error: { code: 100, message: 'internal', temporary: true } },
      ],
      [
        `{"id":2,"connect":{"client":"c","version":"1","node":"n","session":"s","ping":25,"pong":true,"expires":true,"ttl":7,"data":null,"subs":{"news":${result},"other":{}}}}`,
        {
          id: 2,
          connect: {
            ...{
              client: 'c',
              version: '1',
              node: 'n',
              session: 's',
              ping: 25,
              pong: true,
              expires: true,
              ttl: 7,
            },
            data: 'null',
            subs: { news: shownResult, other: {} },
          },
        },
      ],
      [`{"id":3,"subscribe":${result}}`, { id: 3, subscribe: shownResult }],
      ['{"id":4,"unsubscribe":{}}', { id: 4, unsubscribe: {} }],
      ['{"id":5,"publish":{}}', { id: 5, publish: {} }],
      [`{"id":6,"presence":{"presence":{"c":${info}}}}`, { id: 6, presence: { presence: { c: shownInfo } } }],
      [
        '{"id":7,"presence_stats":{"num_clients":2,"num_users":1}}',
        { id: 7, presence_stats: { num_clients: 2, num_users: 1 } },
      ],
      [
        `{"id":8,"history":{"publications":[${publication}],"offset":5,"epoch":"e"}}`,
        { id: 8, history: { publications: [shownPublication], offset: 5, epoch: 'e' } },
      ],
      ['{"id":9,"ping":{}}', { id: 9, ping: {} }],
      ['{"id":10,"rpc":{"data":{"a":{"data":[]}}}}', { id: 10, rpc: { data: '{"a":{"data":[]}}' } }],
      [
        '{"id":11,"refresh":{"client":"c","version":"1","expires":true,"ttl":60}}',
        { id: 11, refresh: { client: 'c', version: '1', expires: true, ttl: 60 } },
      ],
      [
        '{"id":12,"sub_refresh":{"expires":true,"ttl":60}}',
        { id: 12, sub_refresh: { expires: true, ttl: 60 } },
      ],
      [
        `{"push":{"channel":"news","pub":${publication}}}`,
        { push: { channel: 'news', pub: shownPublication } },
      ],
      [
        `{"push":{"channel":"news","join":{"info":${info}}}}`,
        { push: { channel: 'news', join: { info: shownInfo } } },
      ],
      [
        `{"push":{"channel":"news","leave":{"info":${info}}}}`,
        { push: { channel: 'news', leave: { info: shownInfo } } },
      ],
      [
        '{"push":{"channel":"n","unsubscribe":{"code":2500,"reason":"r"}}}',
        { push: { channel: 'n', unsubscribe: { code: 2500, reason: 'r' } } },
      ],
      [
        '{"push":{"channel":"n","subscribe":{"recoverable":true,"positioned":true,"epoch":"e","offset":1,"data":1}}}',
        {
          push: {
            channel: 'n',
            subscribe: { recoverable: true, positioned: true, epoch: 'e', offset: 1, data: '1' },
          },
        },
      ],
      ['{"push":{"message":{"data":"hi"}}}', { push: { message: { data: '"hi"' } } }],
      ['{"push":{"refresh":{"expires":true,"ttl":1}}}', { push: { refresh: { expires: true, ttl: 1 } } }],
      [
        '{"push":{"disconnect":{"code":3001,"reason":"shutdown","reconnect":true}}}',
        { push: { disconnect: { code: 3001, reason: 'shutdown', reconnect: true } } },
      ],
    ]
    expect(written(...rows.map(([line]) => line))).toEqual(rows.map(([, reply]) => reply))
  })

  it('hold a difference as its bytes', () => {
    const [reply] = written(
      '{"push":{"channel":"n","pub":{"difference":"5\\n3@0,2:\\u00fc\\"1;","delta":true,"offset":2}}}',
    )
    expect(reply).toEqual({
      push: { channel: 'n', pub: { data: '5\n3@0,2:ü"1;', delta: true, offset: 2 } },
    })
  })

  it('of any length have it before them, at every border', () => {
    for (const length of [0, 1, 100, 120, 127, 128, 16_370, 16_383, 16_384, 2_097_140, 2_097_152]) {
      const data = JSON.stringify('x'.repeat(length))
      const line = `{"push":{"channel":"n","pub":{"data":${data},"offset":1}}}`
      expect(written('{}', line, '{}')).toEqual([
        {},
        { push: { channel: 'n', pub: { data, offset: 1 } } },
        {},
      ])
    }
  })

  it('keep any data as they are', () => {
    const random = randomSource(7)
    const texts = ['ü', '\\', '"', '{', ']', ',', ':', '\n', '\u0000', '😀', 'a', ' ', '\u2028']
    const value = (depth: number): unknown => {
      const kind = Math.floor(random() * (depth > 3 ? 4 : 6))
      const text = (): string =>
        Array.from({ length: 4 }, () => texts[Math.floor(random() * texts.length)]).join('')
      if (kind === 0) return random() < 0.5
      if (kind === 1) return null
      if (kind === 2) return (random() - 0.5) * 10 ** Math.floor(random() * 30)
      if (kind === 3) return text()
      if (kind === 4) return Array.from({ length: Math.floor(random() * 4) }, () => value(depth + 1))
      return Object.fromEntries(
        Array.from({ length: Math.floor(random() * 4) }, () => [text(), value(depth + 1)]),
      )
    }
    const spaces = [undefined, 1, '\t']
    for (let round = 0; round < 2_000; round++) {
      const data = JSON.stringify(value(0), undefined, spaces[round % 3])
      expect(written(`{"id":1,"rpc":{"data":${data}}}`)).toEqual([{ id: 1, rpc: { data: data } }])
    }
  })

  it('of a text that is no JSON end all the same', () => {
    for (const line of [
      '{"push":{"channel":"n',
      '{"push":{"pub":{"data":{"a":[',
      '{"id":1,"presence":[',
      '{"id":',
    ]) {
      expect(encodeReplies([line]).byteLength).toBeLessThan(100)
    }
  })
})

describe('A room seen in Protobuf', () => {
  const wishes = { framing: protobufFraming, joinLeave: true, isUnidirectional: false }
  const before = JSON.stringify('so it was before, word by word, ü')
  const data = JSON.stringify('so it was before, word by word, ü!')
  const publication = Publication.passedOn('news', data, undefined, 0, 1)
  publication.previousData = before
  /** Of one short frame. */
  const shown = (frame: Buffer | undefined): unknown => {
    expect(frame?.subarray(0, 2)).toEqual(Buffer.from([0x82, frame!.byteLength - 2]))
    return codec.decodeReplies(frame!.subarray(2)).map(plain)
  }

  it('is encoded by the same format for all who want it the same way', () => {
    expect(formatFor({ ...wishes })).toBe(formatFor(wishes))
    expect(formatFor({ ...wishes, joinLeave: false })).not.toBe(formatFor(wishes))
  })

  it('shows data as they are, and differences as their bytes after a whole one', () => {
    const whole = [{ push: { channel: 'news', pub: { data } } }]
    expect(shown(formatFor(wishes).publication(publication))).toEqual(whole)
    const first = formatFor({ ...wishes, delta: true })
    expect(shown(first.publication(publication))).toEqual(whole)
    const delta = fossilDelta(Buffer.from(before), Buffer.from(data)).toString()
    expect(shown(first.next?.publication(publication))).toEqual([
      { push: { channel: 'news', pub: { data: delta, delta: true } } },
    ])
  })

  it('tells who comes and goes', () => {
    const event = { room: 'news', user: 'ann', time: 0, info: () => '{"client":"c","user":"ann"}' }
    const info = { client: 'c', user: 'ann' }
    const format = formatFor(wishes)
    expect(shown(format.presence({ ...event, join: 'Ann' }))).toEqual([
      { push: { channel: 'news', join: { info } } },
    ])
    expect(shown(format.presence({ ...event, leave: 'Ann' }))).toEqual([
      { push: { channel: 'news', leave: { info } } },
    ])
  })
})
