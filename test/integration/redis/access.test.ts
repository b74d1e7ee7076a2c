/** Who may come in: passwords, rules, certificates, limits. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPool } from '../../../src/redis/create-pool.ts'
import { UnavailableError } from '../../../src/redis/errors.ts'
import { freePort, startRedis } from './redis-server.ts'

describe('passwords', () => {
  test('the right one opens, in both protocols and both ways to write it', async () => {
    await using server = await startRedis('--requirepass', 'a:b@c')
    for (const protocol of [2, 3] as const) {
      await using byUrl = createPool(`redis://:${encodeURIComponent('a:b@c')}@127.0.0.1:${server.port}`, {
        protocol,
      })
      expect(await byUrl.ping()).toBe('PONG')
      await using byKeys = createPool({ port: server.port, username: 'default', password: 'a:b@c', protocol })
      expect(await byKeys.ping()).toBe('PONG')
    }
  })

  test.each([2, 3] as const)(
    'a wrong one is told at once, without the password (RESP%i)',
    async (protocol) => {
      await using server = await startRedis('--requirepass', 'right')
      await using redis = createPool({
        port: server.port,
        password: 'wrong-one',
        waitTimeoutMs: 30_000,
        protocol,
      })
      const error = await redis.ping().catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(UnavailableError)
      expect((error as Error).message).toMatch(/WRONGPASS|invalid password/)
      expect(JSON.stringify(error) + (error as Error).message).not.toContain('wrong-one')
    },
  )

  test('a missing one is told', async () => {
    await using server = await startRedis('--requirepass', 'right')
    await using redis = createPool({ port: server.port })
    await expect(redis.ping()).rejects.toThrow(/NOAUTH/)
  })
})

describe('rules', () => {
  test.each([
    ['CONFIG', '-config'],
    ['HELLO', '-hello'],
    ['PING', '-ping'],
    ['CLIENT', '-client'],
  ])('a user who may not use %s works all the same', async (_what, rule) => {
    await using server = await startRedis()
    await server.command('ACL', 'SETUSER', 'app', 'on', '>secret', '~*', '&*', '+@all', rule)
    for (const protocol of [2, 3] as const) {
      await using redis = createPool({
        port: server.port,
        username: 'app',
        password: 'secret',
        keepAliveMs: 100,
        protocol,
      })
      await redis.set('k', 'v')
      await new Promise((resolve) => setTimeout(resolve, 400))
      expect(await redis.get('k')).toBe('v')
      expect(redis.stats().closes).toBe(0)
    }
  })

  test('what a user may not do is an error of that call alone', async () => {
    await using server = await startRedis()
    await server.command('ACL', 'SETUSER', 'app', 'on', '>secret', '~mine:*', '+@all')
    await using redis = createPool({ port: server.port, username: 'app', password: 'secret' })
    await expect(redis.get('other')).rejects.toMatchObject({ kind: 'NOPERM' })
    const refused = redis.subscribe('news')
    await expect(refused.next()).rejects.toMatchObject({ kind: 'NOPERM' })
    expect(await redis.get('mine:k')).toBeNull()
  })
})

test('a server that is full is waited for', async () => {
  await using server = await startRedis('--maxclients', '2')
  const hogs = [createPool(server.url), createPool(server.url)]
  await Promise.all(hogs.map((hog) => hog.ping()))
  await using redis = createPool(server.url)
  const pong = redis.ping()
  await new Promise((resolve) => setTimeout(resolve, 100))
  await Promise.all(hogs.map((hog) => hog.close()))
  expect(await pong).toBe('PONG')
})

describe('TLS', () => {
  let folder: string
  const file = (name: string): string => join(folder, name)
  const read = (name: string): Buffer => readFileSync(file(name))

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'longwire-tls-'))
    const openssl = (...words: string[]): void => {
      execFileSync('openssl', words, { cwd: folder, stdio: 'ignore' })
    }
    for (const authority of ['ca', 'other-ca']) {
      openssl(
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-days',
        '2',
        '-subj',
        `/CN=${authority}`,
        '-keyout',
        `${authority}.key`,
        '-out',
        `${authority}.crt`,
      )
    }
    for (const name of ['server', 'client']) {
      openssl(
        'req',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-subj',
        '/CN=localhost',
        '-addext',
        'subjectAltName=DNS:localhost',
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.csr`,
      )
      openssl(
        'x509',
        '-req',
        '-in',
        `${name}.csr`,
        '-CA',
        'ca.crt',
        '-CAkey',
        'ca.key',
        '-CAcreateserial',
        '-days',
        '2',
        '-copy_extensions',
        'copy',
        '-out',
        `${name}.crt`,
      )
    }
  })

  afterAll(() => rmSync(folder, { recursive: true }))

  async function withServer(use: (port: number) => Promise<void>): Promise<void> {
    const port = await freePort()
    await using _server = await startRedis(
      ...[
        '--tls-port',
        String(port),
        '--tls-cert-file',
        file('server.crt'),
        '--tls-key-file',
        file('server.key'),
      ],
      ...['--tls-ca-cert-file', file('ca.crt'), '--tls-auth-clients', 'yes'],
    )
    await use(port)
  }

  test('with certificates of both sides', () =>
    withServer(async (port) => {
      const tls = {
        ca: read('ca.crt'),
        cert: read('client.crt'),
        key: read('client.key'),
        servername: 'localhost',
      }
      await using redis = createPool(`rediss://127.0.0.1:${port}`, { tls })
      await redis.set('k', 'x'.repeat(100_000))
      expect(await redis.strlen('k')).toBe(100_000)
      expect(await Promise.all(Array.from({ length: 1000 }, () => redis.incr('n')))).toHaveLength(1000)
    }))

  test.each([
    ['an authority that we do not trust', 'other-ca.crt', 'localhost'],
    ['a name that is not ours', 'ca.crt', 'elsewhere.example'],
  ])('a server with %s is refused', (_what, authority, servername) =>
    withServer(async (port) => {
      const tls = { ca: read(authority), cert: read('client.crt'), key: read('client.key'), servername }
      await using redis = createPool(`rediss://127.0.0.1:${port}`, { tls, waitTimeoutMs: 300 })
      await expect(redis.ping()).rejects.toMatchObject({ code: 'UNAVAILABLE', sent: 'no' })
    }),
  )

  test('a client without a certificate is refused by the server, and hears so in time', () =>
    withServer(async (port) => {
      const tls = { ca: read('ca.crt'), servername: 'localhost' }
      await using redis = createPool(`rediss://127.0.0.1:${port}`, { tls, waitTimeoutMs: 300 })
      await expect(redis.ping()).rejects.toBeInstanceOf(UnavailableError)
    }))
})
