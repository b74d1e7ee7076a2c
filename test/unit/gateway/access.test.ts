/** The access rules by themselves: patterns, tokens, and spellings. */
import { EventEmitter } from 'node:events'
import { describe, expect, test } from 'vitest'
import { Access } from '../../../src/gateway/access/access.ts'
import { matches } from '../../../src/gateway/access/glob.ts'
import { AccessRulesError, parseRules } from '../../../src/gateway/access/rules.ts'
import { hashOfToken, newToken } from '../../../src/gateway/access/token.ts'
import type { GatewayRequest } from '../../../src/gateway/exchange.ts'
import type { RedisPool } from '../../../src/redis/pool.ts'

describe('patterns', () => {
  test.each([
    ['user:*', 'user:7', true],
    ['user:*', 'users', false],
    ['*', '', true],
    ['a?c', 'abc', true],
    ['[a-c]x', 'bx', true],
    ['[^a-c]x', 'bx', false],
    ['a\\*', 'a*', true],
    ['a\\*', 'ab', false],
    ['*a*b', 'xxaxxb', true],
    ['*a*b', 'xxaxx', false],
    ['', 'x', false],
  ])('%s and %s: %s', (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected)
  })

  test('a pattern of many stars takes no exponential time', () => {
    const beginsAt = performance.now()
    expect(matches(`${'*a'.repeat(50)}b`, 'a'.repeat(5000))).toBe(false)
    expect(performance.now() - beginsAt).toBeLessThan(2000)
  })
})

describe('tokens', () => {
  const token = newToken()
  const access = new Access(parseRules(JSON.stringify([{ name: 'app', hash: hashOfToken(token) }])))

  test('each is new, and its hash does not hold it', () => {
    expect(newToken()).not.toBe(token)
    expect(hashOfToken(token)).not.toContain(token.slice(3))
  })

  test.each([
    ['the header', { authorization: `Bearer ${token}` }, '', undefined],
    ['the query', {}, `_token=${token}`, undefined],
    ['a wrong token', { authorization: `Bearer ${token}x` }, '', 401],
    ['a wrong header beside a right query', { authorization: 'Basic x' }, `_token=${token}`, 401],
    ['nothing', {}, '', 401],
  ])('%s', (_what, headers, query, status) => {
    expect(access.authorize(requestWith(headers, query), ['GET', 'k'])?.status).toBe(status)
  })
})

test.each([
  ['{', /not JSON/],
  ['[]', /wrong at the top/],
  ['[{"name":"a","hash":"secret"}]', /0\.hash.*sha256/],
  [`[{"name":"a","hash":"${hashOfToken('a')}","allowed":[]}]`, /allowed/],
])('rules that cannot be are told: %s', (text, message) => {
  expect(() => parseRules(text)).toThrow(AccessRulesError)
  expect(() => parseRules(text)).toThrow(message)
})

test.each([
  ['a count of keys that cannot be, without counting', ['LMPOP', 'Infinity', 'a', 'secret', 'LEFT']],
  [
    'a key behind a word that stands twice',
    ['GEORADIUS', 'a', '0', '0', '1', 'm', 'STORE', 'a', 'STORE', 's'],
  ],
  ['keys in places that only the server knows', ['SORT', 'a', 'STORE', 'secret']],
  ['keys as bytes', ['get', Buffer.from('secret')]],
  ['another database', ['COPY', 'a', 'a', 'db', '3']],
  ['all keys', ['scan', '0']],
  ['a channel', ['publish', 'a', 'm']],
])('a token with one key and one database is denied %s', (_what, command) => {
  const rules = [{ name: 'a', hash: hashOfToken('t'), keys: ['a'], database: 0 }]
  const access = new Access(parseRules(JSON.stringify(rules)))
  const request = requestWith({ authorization: 'Bearer t' }, '')
  expect(access.authorize(request, ['GET', 'a'])).toBeUndefined()
  expect(access.authorize(request, command)?.status).toBe(403)
})

/** Whether a token of these rules may send the command, before the server has told anything. */
function statusFor(rules: object, command: (string | Buffer)[]): number | undefined {
  const access = new Access(parseRules(JSON.stringify([{ name: 'a', hash: hashOfToken('t'), ...rules }])))
  return access.authorize(requestWith({ authorization: 'Bearer t' }, ''), command)?.status
}

describe('a token with a database', () => {
  const rules = {
    database: 3,
    allow: ['@all', 'flushall', 'flushdb', 'swapdb', 'debug', 'migrate', 'slowlog', 'replicaof'],
  }

  test.each([
    [['FLUSHALL']],
    [['flushall', 'async']],
    [['SWAPDB', '0', '3']],
    [['DEBUG', 'FLUSHALL']],
    [['MIGRATE', 'h', '1', 'k', '0', '1']],
    [['SLOWLOG', 'GET']],
    [['REPLICAOF', 'h', '1']],
    [['MOVE', 'k', '1']],
  ])('is denied %j, also where it is allowed by name, since it reaches the others', (command) => {
    expect(statusFor(rules, command)).toBe(403)
  })

  test('may empty its own', () => {
    expect(statusFor(rules, ['FLUSHDB'])).toBeUndefined()
  })
})

describe('scripts', () => {
  const limits = [{ keys: ['a:*'] }, { channels: ['c'] }, { database: 3 }]
  const rulesWith = (more: object): string =>
    JSON.stringify([{ name: 'shop', hash: hashOfToken('t'), ...more }])

  test.each(limits)('are not to be allowed beside %j, unless Redis itself binds the token', (limit) => {
    for (const rule of ['@scripting', 'eval', 'EVALSHA', 'fcall', 'script|load', 'function']) {
      const allow = ['get', rule]
      const [key = ''] = Object.keys(limit)
      expect(() => parseRules(rulesWith({ ...limit, allow }))).toThrow(
        new RegExp(`token shop has "${key}" and allows scripts.*give the token a "user"`),
      )
      const user = { name: 'bob', password: 'pw' }
      expect(parseRules(rulesWith({ ...limit, allow, user }))).toHaveLength(1)
      expect(parseRules(rulesWith({ allow }))).toHaveLength(1)
    }
  })

  test.each(limits)('are denied with %j whatever else is allowed', (limit) => {
    for (const name of ['EVAL', 'evalsha', 'EVAL_RO', 'FCALL', 'SCRIPT', 'FUNCTION'])
      expect(statusFor({ ...limit, allow: ['@all'] }, [name, 'x', '0'])).toBe(403)
  })
})

test.each([{ channels: ['c'] }, { keys: ['a'] }])(
  'a token with %j does not see who listens where',
  (rules) => {
    for (const command of [
      ['PUBSUB', 'CHANNELS'],
      ['pubsub', 'numsub', 'c'],
      ['PUBSUB', 'NUMPAT'],
    ])
      expect(statusFor(rules, command)).toBe(403)
  },
)

test('a token with keys does not see all of them by commands that administer', () => {
  const allow = ['@all', 'debug', 'slowlog', 'cluster', 'replicaof']
  for (const command of [
    ['DEBUG', 'OBJECT', 'x'],
    ['SLOWLOG', 'GET'],
    ['CLUSTER', 'GETKEYSINSLOT', '1', '10'],
    ['REPLICAOF', 'h', '1'],
  ])
    expect(statusFor({ keys: ['a'], allow }, command)).toBe(403)
  expect(statusFor({ keys: ['a'], allow }, ['CLUSTER', 'KEYSLOT', 'x'])).toBeUndefined()
})

function requestWith(headers: Record<string, string>, query: string): GatewayRequest {
  return {
    method: 'GET',
    path: '/',
    query,
    headers,
    ifNoneMatch: undefined,
    header: (name) => headers[name],
    body: Buffer.alloc(0),
    id: 'a-request',
    remoteAddress: '127.0.0.1',
    isSecure: false,
  }
}

describe('a command that has passed', () => {
  /** Rows of COMMAND: name, six things that do not matter here, and categories. */
  const row = (name: string, ...categories: string[]) => [name, 0, [], 0, 0, 0, categories]
  /** What is asked of a pool to follow it; `reconnect` lets it tell again. */
  function server(rows: () => unknown[]): { pool: RedisPool; reconnect: () => Promise<void> } {
    const events = new EventEmitter()
    const pool = { events, command: async () => rows() } as unknown as RedisPool
    const reconnect = async (): Promise<void> => {
      events.emit('connect')
      await new Promise((resolve) => setImmediate(resolve))
    }
    return { pool, reconnect }
  }
  const get = (access: Access, headers = {}) =>
    access.authorize(requestWith(headers, ''), ['GET', 'k'])?.status

  test('is judged anew when the server tells other commands', async () => {
    const token = newToken()
    const access = new Access(
      parseRules(JSON.stringify([{ name: 'a', hash: hashOfToken(token), deny: ['@slow'] }])),
    )
    let rows = [row('get', '@read', '@fast')]
    const { pool, reconnect } = server(() => rows)
    access.catalog.follow(pool)
    await reconnect()
    const headers = { authorization: `Bearer ${token}` }
    expect(get(access, headers)).toBeUndefined()
    expect(get(access, headers)).toBeUndefined()
    rows = [row('get', '@read', '@slow')]
    await reconnect()
    expect(get(access, headers)).toBe(403)
  })

  test('says nothing of other arguments where keys count, and nothing of other subcommands', async () => {
    const token = newToken()
    const rules = [{ name: 'a', hash: hashOfToken(token), keys: ['app:*'] }]
    const access = new Access(parseRules(JSON.stringify(rules)))
    const open = new Access()
    const { pool, reconnect } = server(() => [
      row('get', '@read'),
      row('client', '@slow'),
      row('config', '@slow'),
    ])
    access.catalog.follow(pool)
    open.catalog.follow(pool)
    await reconnect()
    const ask = (words: string[]) =>
      access.authorize(requestWith({ authorization: `Bearer ${token}` }, ''), words)?.status
    expect(ask(['GET', 'app:1'])).toBeUndefined()
    expect(ask(['GET', 'other'])).toBe(403)
    const ours = (words: string[]) => open.authorize(requestWith({}, ''), words)?.status
    expect(ours(['CLIENT', 'ID'])).toBeUndefined()
    expect(ours(['CLIENT', 'KILL', 'x'])).toBe(403)
    expect(ours(['client', 'id'])).toBeUndefined()
    expect(ours(['client', 'kill', 'x'])).toBe(403)
  })
})
