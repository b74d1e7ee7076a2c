import { Agent, request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RedisServer, startRedis } from '../redis/redis-server.ts'
import { type Running, run } from '../server/running.ts'

let redis: RedisServer
let running: Running

beforeAll(async () => {
  redis = await startRedis()
  running = await run({ redisUrl: redis.url })
})

afterAll(async () => {
  await running.server.close()
  await redis[Symbol.asyncDispose]()
})

/** Sends bytes in these pieces, and resolves with all that comes back until the server ends the connection. */
function talk(...pieces: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(running.httpPort, '127.0.0.1')
    let said = ''
    socket.setNoDelay(true)
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => {
      said += chunk
    })
    socket.on('error', reject)
    socket.on('end', () => {
      socket.destroy()
      resolve(said)
    })
    void (async () => {
      for (const piece of pieces) {
        socket.write(piece)
        await new Promise((next) => setImmediate(next))
      }
    })()
  })
}

const statuses = (said: string): string[] => [...said.matchAll(/HTTP\/1\.1 (\d+)/g)].map((match) => match[1]!)
const get = (path: string, more = ''): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`
const last = 'Connection: close\r\n'

describe("the server's port", () => {
  test('answers commands below /redis/', async () => {
    const said = await talk(get('/redis/SET/a/1'), get('/redis/GET/a', last))
    expect(statuses(said)).toEqual(['200', '200'])
    expect(said).toMatch(/\{"SET":\[true,"OK"\]\}[\s\S]*\{"GET":"1"\}$/)
  })

  test('gives a connection to the other routes when it asks for them, with the replies in order', async () => {
    const said = await talk(
      get('/redis/SET/b/1') + get('/redis/GET/b') + get('/health') + get('/redis/GET/b', last),
    )
    expect(statuses(said)).toEqual(['200', '200', '200', '200'])
    expect(said).toMatch(
      /\{"SET":\[true,"OK"\]\}[\s\S]*\{"GET":"1"\}[\s\S]*"status":"ok"[\s\S]*\{"GET":"1"\}$/,
    )
  })

  test('gives it away also when the other request comes in pieces', async () => {
    const other = get('/health', last)
    const said = await talk(get('/redis/GET/none'), ...other)
    expect(statuses(said)).toEqual(['200', '200'])
    expect(said).toContain('"status":"ok"')
  })

  test('answers commands on connections that began with something else, and with any method', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const ask = (
      path: string,
      method = 'GET',
      body?: Buffer,
    ): Promise<[number | undefined, string, boolean]> =>
      new Promise((resolve, reject) => {
        const request = httpRequest(
          { port: running.httpPort, host: '127.0.0.1', path, method, agent },
          (response) => {
            const parts: Buffer[] = []
            response.on('data', (part: Buffer) => parts.push(part))
            response.on('end', () =>
              resolve([response.statusCode, Buffer.concat(parts).toString(), request.reusedSocket]),
            )
          },
        )
        request.on('error', reject)
        request.end(body)
      })
    expect(await ask('/health')).toMatchObject([200, expect.stringContaining('ok'), false])
    expect(await ask('/redis/SET/c', 'PUT', Buffer.from('put'))).toEqual([200, '{"SET":[true,"OK"]}', true])
    expect(await ask('/redis/GET/c.txt')).toEqual([200, 'put', true])
    expect(await ask('/redis/GET/c', 'HEAD')).toEqual([200, '', true])
    expect(await ask('/redis/', 'POST', Buffer.from('GET/c'))).toEqual([200, '{"GET":"put"}', true])
    expect(await ask('/redis/FLUSHALL')).toMatchObject([403, expect.anything(), true])
    expect(await ask('/redis/GET/c', 'DELETE')).toMatchObject([405, expect.anything(), true])
    agent.destroy()
  })

  test('is none of the gateway where the path only looks like it', async () => {
    expect(statuses(await talk(get('/redistribution', last)))).toEqual(['404'])
    expect(statuses(await talk(get('/', last)))).not.toEqual(['400'])
  })

  test('answers what is no request with 400, whoever took the connection', async () => {
    expect(statuses(await talk('GET /redis/GET/a HTTP/1.1\r\nHost : x\r\n\r\n'))).toEqual(['400'])
    expect(statuses(await talk('\x16\x03\x01'))).toEqual(['400'])
  })

  test('lets go of a connection that says nothing', async () => {
    const impatient = await run({ redisUrl: redis.url, timing: { handshakeTimeoutMs: 100 } })
    const ended = await new Promise<boolean>((resolve) => {
      const socket = connect(impatient.httpPort, '127.0.0.1')
      socket.on('error', () => resolve(true))
      socket.on('close', () => resolve(true))
      socket.resume()
    })
    expect(ended).toBe(true)
    await impatient.server.close()
  })

  test('has no gateway where others reach it and nothing says who may do what', async () => {
    const open = await run({ redisUrl: redis.url, host: '0.0.0.0' })
    const response = await fetch(`http://127.0.0.1:${open.httpPort}/redis/GET/a`)
    expect(response.status).toBe(503)
    await open.server.close()
  })
})

describe('whether there is a console', () => {
  const stateAt = async (port: number): Promise<unknown> => {
    const response = await fetch(`http://127.0.0.1:${port}/console.json`)
    expect(response.headers.get('cache-control')).toBe('no-store')
    return response.json()
  }

  test('is told to pages where commands are answered', async () => {
    expect(await stateAt(running.httpPort)).toEqual({ isOpen: true })
  })

  test('is told with the reason where they are not', async () => {
    const without = await run()
    expect(await stateAt(without.httpPort)).toEqual({
      isOpen: false,
      message: 'The gateway has no Redis: start the server with --redis URL.',
    })
    await without.server.close()
    const beyond = await run({ redisUrl: redis.url, host: '0.0.0.0' })
    expect(await stateAt(beyond.httpPort)).toEqual({
      isOpen: false,
      message:
        'The gateway is off: this server listens beyond its machine, and no tokens say who may do what.',
    })
    await beyond.server.close()
  })
})
