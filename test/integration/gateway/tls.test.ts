/** Both ports of the gateway with a certificate: commands, pipelining, WebSocket, large values, and who speaks plainly. */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type RedisServer, startRedis, until } from '../redis/redis-server.ts'
import { type Running, run } from '../server/running.ts'
import { statusesOf, talk } from './raw-client.ts'

let redis: RedisServer
let running: Running
let folder: string

beforeAll(async () => {
  redis = await startRedis()
  folder = await mkdtemp(join(tmpdir(), 'longwire-tls-'))
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const subject = ['-subj', '/CN=localhost', '-days', '1', '-nodes']
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
  execFileSync('openssl', ['req', '-x509', ...key, '-keyout', keyFile, '-out', certFile, ...subject], {
    stdio: 'ignore',
  })
  running = await run({ redisUrl: redis.url, tls: { certFile, keyFile }, gateway: { port: 'any' } })
  await until(async () => (await ask(running.gatewayPort, '/PING')).status === 200)
})

afterAll(async () => {
  await running.server.close()
  await redis[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

const insecure = { host: '127.0.0.1', rejectUnauthorized: false }

function ask(
  port: number,
  path: string,
  method = 'GET',
  body?: Buffer,
): Promise<{ status: number; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const asked = request({ ...insecure, port, path, method, agent: false }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts) }))
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

test('the own port says that it speaks TLS', () => {
  expect(running.server.addresses.gateway).toMatch(/^https:/)
})

describe.each([
  ['the own port', '', () => running.gatewayPort],
  ["the server's port", '/redis', () => running.httpPort],
] as const)('%s', (_place, path, port) => {
  test('answers commands, and carries large values both ways', async () => {
    expect(String((await ask(port(), `${path}/SET/tls/1`)).body)).toBe('{"SET":[true,"OK"]}')
    const value = Buffer.alloc(3 * 1024 * 1024, 'value ')
    expect((await ask(port(), `${path}/SET/large`, 'PUT', value)).status).toBe(200)
    expect((await ask(port(), `${path}/GET/large.bin`)).body.equals(value)).toBe(true)
    expect(JSON.parse(String((await ask(port(), `${path}/GET/large`)).body))).toEqual({ GET: String(value) })
  })

  test('answers pipelined requests in order, and goes on to the other routes of the server', async () => {
    const socket = connect({ ...insecure, port: port() })
    await once(socket, 'secureConnect')
    const get = (target: string, more = ''): string =>
      `GET ${target} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`
    const last =
      path === '' ? get('/ECHO/last', 'Connection: close\r\n') : get('/health', 'Connection: close\r\n')
    socket.write(Array.from({ length: 300 }, (_, index) => get(`${path}/ECHO/${index}.txt`)).join('') + last)
    let said = ''
    socket.setEncoding('latin1')
    for await (const part of socket) said += part
    expect(statusesOf(said)).toEqual(new Array(301).fill(200))
    const echoed = [...said.matchAll(/\r\n\r\n(\d+)HTTP/g)].map((match) => Number(match[1]))
    expect(echoed).toEqual(Array.from({ length: 300 }, (_, index) => index))
  })

  test('carries WebSocket, and ends what is under way with its client', async () => {
    const socket = new WebSocket(`wss://127.0.0.1:${port()}${path}/.json`, { rejectUnauthorized: false })
    await once(socket, 'open')
    socket.send('["ECHO","over TLS"]')
    const [frame] = await once(socket, 'message')
    expect(String(frame)).toBe('{"ECHO":"over TLS"}')
    socket.terminate()
    const stream = connect({ ...insecure, port: port() })
    stream.on('error', () => {
      // It is ended in the middle.
    })
    stream.write(`GET ${path}/SUBSCRIBE/secret HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    await until(async () => String(await redis.command('PUBSUB', 'NUMSUB', 'secret')).endsWith(',1'))
    stream.destroy()
    await until(async () => String(await redis.command('PUBSUB', 'NUMSUB', 'secret')).endsWith(',0'))
  })

  test('tells nothing to who speaks plainly', async () => {
    const said = await talk(port(), `GET ${path}/SET/plain/1 HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    expect(said).not.toContain('HTTP/1.1 200')
    expect(await redis.command('EXISTS', 'plain')).toBe(0)
  })
})

test('the REST style is there too', async () => {
  const { body } = await ask(running.httpPort, '/rest', 'POST', Buffer.from('["ECHO","secret"]'))
  expect(String(body)).toBe('{"result":"secret"}')
})
