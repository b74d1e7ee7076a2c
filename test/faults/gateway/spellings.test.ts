/**
 * Tokens that try what is denied to them in every spelling and by every way in. What counts is Redis: nothing that was
 * denied has been carried out, and no secret of its configuration has come back.
 */
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { hashOfToken } from '../../../src/gateway/access/token.ts'
import { statusesOf, talk } from '../../integration/gateway/raw-client.ts'
import { type RedisServer, startRedis, until } from '../../integration/redis/redis-server.ts'
import { type Running, run } from '../../integration/server/running.ts'

const secret = 'a-secret-of-the-configuration'

let redis: RedisServer
let running: Running
let folder: string

beforeAll(async () => {
  redis = await startRedis()
  await redis.command('CONFIG', 'SET', 'masterauth', secret)
  await redis.command(
    'FUNCTION',
    'LOAD',
    `#!lua name=lib\nredis.register_function('flush', function() return redis.call('FLUSHALL') end)`,
  )
  folder = await mkdtemp(join(tmpdir(), 'longwire-tokens-'))
  const tokens = join(folder, 'tokens.json')
  const rules = [
    { name: 'plain' },
    { name: 'all', allow: ['@all'] },
    { name: 'reader', readOnly: true, allow: ['@all'] },
    { name: 'client', allow: ['@all', 'client', 'script'] },
  ]
  await writeFile(tokens, JSON.stringify(rules.map((one) => ({ ...one, hash: hashOfToken(one.name) }))))
  running = await run({ redisUrl: redis.url, gateway: { port: 'any', tokens } })
  await until(
    async () => (await fetch(`http://127.0.0.1:${running.gatewayPort}/PING?_token=plain`)).status === 200,
  )
})

afterAll(async () => {
  await running.server.close()
  await redis[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

/** The words of one command, the first being the spelling in question. */
const denied: readonly (readonly [what: string, words: readonly string[]])[] = [
  ['in lower case', ['flushall']],
  ['in mixed case', ['fLuShAlL', 'ASYNC']],
  ['with a blank behind it', ['FLUSHALL ']],
  ['with a blank before it', [' FLUSHALL']],
  ['with a line end', ['FLUSHALL\r\n']],
  ['with a command before it in one word', ['PING\r\nFLUSHALL']],
  ['as RESP in a word', ['PING\r\n*1\r\n$8\r\nFLUSHALL\r\n']],
  ['with NUL behind it', ['FLUSHALL\0']],
  ['with a tab', ['FLUSHALL\t']],
  ['in quotes', ['"FLUSHALL"']],
  ['in full-width letters', ['ＦＬＵＳＨＡＬＬ']],
  ['with a long s, which is S in capitals', ['FLUſHALL']],
  ['with a dotless i', ['confıg', 'GET', 'masterauth']],
  ['with the Kelvin sign', ['\u212Aeys', '*']],
  ['with a soft hyphen', ['FLUSH\u00adALL']],
  ['with a mark that reverses', ['\u202eLLAHSULF']],
  ['behind COMMAND', ['COMMAND', 'FLUSHALL']],
  ['behind COMMAND GETKEYS', ['COMMAND', 'GETKEYS', 'FLUSHALL']],
  ['as subcommand and command in one', ['config|get', 'masterauth']],
  ['likewise in capitals', ['CONFIG|GET', 'masterauth']],
  ['as two words in one', ['CONFIG GET', 'masterauth']],
  ['with a subcommand in mixed case', ['CoNfIg', 'gEt', 'masterauth']],
  ['of configuration by a pattern', ['CONFIG', 'GET', '*auth*']],
  ['in a script', ['EVAL', "return redis.call('FLUSHALL')", '0']],
  ['in a script that reads', ['EVAL_RO', "return redis.call('CONFIG','GET','masterauth')", '0']],
  ['in a script by its hash', ['EVALSHA', 'e0e1f9fabfc9d4800c877a703b823ac0578ff8db', '0']],
  ['in a function', ['FCALL', 'flush', '0']],
  ['in a function that reads', ['fcall_ro', 'flush', '0']],
  ['by loading a function', ['FUNCTION', 'FLUSH']],
  ['by another server', ['REPLICAOF', '127.0.0.1', '1']],
  ['by its older name', ['slaveof', '127.0.0.1', '1']],
  ['by a debug command', ['DEBUG', 'RELOAD']],
  ['of other clients', ['CLIENT', 'KILL', 'TYPE', 'normal']],
  ['by a lock on all clients', ['client', 'no-evict', 'on']],
]

/** That none of it happened. */
async function untouched(): Promise<void> {
  expect(await redis.command('GET', 'witness')).toBe('here')
  expect(await redis.command('CONFIG', 'GET', 'masterauth')).toEqual(['masterauth', secret])
  expect(String(await redis.command('INFO', 'replication'))).toContain('role:master')
  expect(String(await redis.command('FUNCTION', 'LIST'))).toContain('flush')
}

async function answers(token: string, words: readonly string[]): Promise<string[]> {
  const path = words.map(encodeURIComponent).join('/')
  const everyByte = words
    .map((word) => [...Buffer.from(word)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''))
    .join('/')
  const url = `http://127.0.0.1:${running.httpPort}`
  const own = `http://127.0.0.1:${running.gatewayPort}`
  const headers = { Authorization: `Bearer ${token}` }
  const json = JSON.stringify(words)
  const post = (body: string): RequestInit => ({ method: 'POST', headers, body })
  const requests: [string, RequestInit][] = [
    [`${own}/${path}`, { headers }],
    [`${own}/${everyByte}`, { headers }],
    [`${own}/0/${path}`, { headers }],
    [`${own}/${path}.txt`, { headers }],
    [`${own}/${path}?jsonp=f`, { headers }],
    [`${own}/`, post(path)],
    [`${url}/redis/${path}`, { headers }],
    [`${url}/redis/${path}?_token=${token}`, {}],
    [`${url}/rest/${path}`, { headers }],
    [`${url}/rest/${everyByte}`, { headers }],
    [`${url}/rest`, post(json)],
    [`${url}/rest/pipeline`, post(`[["PING"],${json}]`)],
    [`${url}/rest/multi-exec`, post(`[["PING"],${json}]`)],
    [`${url}/rest/pipeline`, post(`[["MULTI"],${json},["EXEC"]]`)],
  ]
  const texts: string[] = []
  for (const [target, init] of requests) texts.push(await (await fetch(target, init)).text())
  return texts
}

/** What Redis says to a command that it carries out for nobody. */
const refusals =
  /not allowed|denied|not among|only reads|unknown|names no command|begins with its name|wrong number of arguments|Invalid|error|ERR/

describe.each(['plain', 'all', 'reader'])('the token %s', (token) => {
  test.each(denied)('cannot carry out what is denied %s', async (_what, words) => {
    await redis.command('SET', 'witness', 'here')
    for (const text of await answers(token, words)) {
      expect(text).not.toContain(secret)
      // COMMAND is a question about a command, and keys may be listed: neither is what is denied.
      if (!/^COMMAND/i.test(words[0]!)) expect(text).toMatch(refusals)
    }
    await untouched()
  })

  test('cannot over a WebSocket either', async () => {
    await redis.command('SET', 'witness', 'here')
    for (const format of ['json', 'raw'] as const) {
      const socket = new WebSocket(`ws://127.0.0.1:${running.gatewayPort}/.${format}?_token=${token}`)
      let said = ''
      let frames = 0
      socket.on('message', (frame: Buffer) => {
        said += frame.toString()
        frames++
      })
      await once(socket, 'open')
      for (const [, words] of denied) {
        const resp = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')
        socket.send(format === 'json' ? JSON.stringify(words) : `*${words.length}\r\n${resp}`)
      }
      await until(() => frames === denied.length)
      expect(said).not.toContain(secret)
      expect(said).not.toContain('"OK"')
      expect(said).not.toContain('+OK')
      socket.terminate()
    }
    await untouched()
  })
})

test('nor by raw bytes in the request line that no client would send', async () => {
  await redis.command('SET', 'witness', 'here')
  for (const target of [
    '/FLUSHALL?_token=plain',
    '//FLUSHALL?_token=plain',
    '/./FLUSHALL?_token=plain',
    '/FLUSHALL/?_token=plain',
    '/%46LUSHALL?_token=plain',
    'http://localhost/FLUSHALL?_token=plain',
    '/\xc6LUSHALL?_token=plain',
    '/FLUSHALL;x?_token=plain',
  ]) {
    const said = await talk(
      running.gatewayPort,
      `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    )
    expect(statusesOf(said)).toHaveLength(1)
    expect(said).not.toContain('[true,"OK"]')
  }
  await untouched()
})

describe('the connection that all requests share', () => {
  const bytes = (word: string) => ({ base64: Buffer.from(word).toString('base64') })
  const escaped = (word: string) =>
    [...Buffer.from(word)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')

  test.each([
    [['CLIENT', 'REPLY', 'SKIP']],
    [['client', 'reply', 'off']],
    [['CLIENT', 'SETNAME', 'mine']],
    [['CLIENT', 'TRACKING', 'ON']],
    [['SCRIPT', 'DEBUG', 'YES']],
  ])('is not changed by %j, whoever may say it and whatever its words are given as', async (words) => {
    const [name, ...rest] = words
    const headers = { Authorization: 'Bearer client' }
    const url = `http://127.0.0.1:${running.httpPort}/rest/${name}`
    const own = `http://127.0.0.1:${running.gatewayPort}/${name}`
    const said = [
      await fetch(`${url}/${rest.map(escaped).join('/')}`, { headers }),
      await fetch(`${own}/${rest.map(escaped).join('/')}`, { headers }),
      await fetch(`${url}/${rest.slice(0, -1).join('/')}`, { method: 'POST', headers, body: rest.at(-1)! }),
      await fetch(`${own}/${rest.slice(0, -1).join('/')}`, { method: 'PUT', headers, body: rest.at(-1)! }),
    ]
    for (const one of said)
      expect([one.status, await one.text()]).toEqual([400, expect.stringContaining('connection')])
    const socket = new WebSocket(`ws://127.0.0.1:${running.gatewayPort}/.json?_token=client`)
    await once(socket, 'open')
    socket.send(JSON.stringify([name, ...rest.map(bytes)]))
    const [frame] = (await once(socket, 'message')) as [Buffer]
    expect(frame.toString()).toContain('connection')
    socket.terminate()
    await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        const echoed = await fetch(`${url.replace(name!, 'ECHO')}/${index}`, { headers })
        expect(await echoed.json()).toEqual({ result: String(index) })
      }),
    )
  })

  test('is not held up by who waits for data, whatever BLOCK is given as', async () => {
    const headers = { Authorization: 'Bearer client' }
    const url = `http://127.0.0.1:${running.httpPort}/rest`
    const waiting = fetch(`${url}/xread/${escaped('BLOCK')}/60000/STREAMS/stream/$`, { headers })
    await until(async () => /blocked_clients:1\b/.test(String(await redis.command('INFO', 'clients'))))
    const socket = new WebSocket(`ws://127.0.0.1:${running.gatewayPort}/.json?_token=client`)
    await once(socket, 'open')
    socket.send(JSON.stringify(['XREAD', bytes('block'), '60000', 'STREAMS', 'stream', '$']))
    await until(async () => /blocked_clients:2\b/.test(String(await redis.command('INFO', 'clients'))))
    await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        const echoed = await fetch(`${url}/ECHO/${index}`, { headers, signal: AbortSignal.timeout(5_000) })
        expect(await echoed.json()).toEqual({ result: String(index) })
      }),
    )
    await redis.command('XADD', 'stream', '*', 'field', 'value')
    expect(await (await waiting).text()).toContain('value')
    socket.terminate()
  })
})
