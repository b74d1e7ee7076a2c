import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort, type RedisServer, startRedis, until } from '../redis/redis-server.ts'

const entry = fileURLToPath(new URL('../../../bin/longwire.ts', import.meta.url))
let server: RedisServer
let url: string

beforeAll(async () => {
  server = await startRedis('--requirepass', 'pass-word')
  url = `redis://:pass-word@127.0.0.1:${server.port}`
})
afterAll(() => server[Symbol.asyncDispose]())

interface Run {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function redis(words: readonly string[], environment: Record<string, string> = {}): Promise<Run> {
  return longwire([], ['redis', ...words], environment)
}

function longwire(nodeFlags: string[], words: string[], environment: Record<string, string>): Promise<Run> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...environment }, timeout: 15_000 }
    execFile(process.execPath, [...nodeFlags, entry, ...words], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}

/** Something that listens and is no Redis. */
async function impostor(greet: (socket: Socket) => void): Promise<{ port: number } & Disposable> {
  const sockets = new Set<Socket>()
  const listener = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {
      // The visitor leaves as it likes.
    })
    greet(socket)
  }).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as { port: number }
  const dispose = (): void => {
    listener.close()
    for (const socket of sockets) socket.destroy()
  }
  return { port, [Symbol.dispose]: dispose }
}

describe('longwire redis ping', () => {
  it('tells the round trip, the version and the protocol', async () => {
    const { code, stdout, stderr } = await redis(['ping', url])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(new RegExp(`^PONG from 127\\.0\\.0\\.1:${server.port} in [\\d.]+ m?s\n`))
    expect(stdout).toMatch(/\nRedis \d+\.\d+\.\d+, standalone, master, up .*, RESP3\n$/)
  })

  it('takes the URL from the environment', async () => {
    const { code, stdout } = await redis(['ping'], { LONGWIRE_REDIS_URL: url })
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('PONG') })
  })

  it.each([
    ['a wrong password', 'redis://:wrong-one@', 'did not accept the user name or the password.'],
    ['no password', 'redis://', 'wants a password: redis://:PASSWORD@host or redis://USER:PASSWORD@host.'],
  ])('with %s ends with 1 and says so, and never prints the password', async (_what, start, sentence) => {
    const { code, stdout, stderr } = await redis(['ping', `${start}127.0.0.1:${server.port}`])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toBe(`longwire: 127.0.0.1:${server.port} ${sentence}\n`)
  })

  it('where nothing listens ends with 1 and says so', async () => {
    const port = await freePort()
    const { code, stderr } = await redis(['ping', `redis://127.0.0.1:${port}`])
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `longwire: Nothing listens at 127.0.0.1:${port}. Is Redis running there?\n`,
    })
  })

  it.each<[string, (socket: Socket) => void, RegExp]>([
    [
      'speaks HTTP',
      (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
      /What answers at .* is not Redis\./,
    ],
    ['says nothing', () => {}, /did not answer within 300 ms\. Is it Redis/],
    ['hangs up', (socket) => socket.end(), /closed the connection before it answered/],
  ])('where something %s ends with 1 and says so', async (_what, greet, sentence) => {
    using other = await impostor(greet)
    const { code, stderr } = await redis(['ping', `redis://127.0.0.1:${other.port}`, '--timeout', '300'])
    expect(code).toBe(1)
    expect(stderr).toMatch(sentence)
  })

  it('works for a user who may use neither INFO nor CONFIG', async () => {
    await using plain = await startRedis()
    await plain.command('ACL', 'SETUSER', 'app', 'on', '>secret', '~*', '+@all', '-info', '-config')
    const { code, stdout } = await redis(['ping', `redis://app:secret@127.0.0.1:${plain.port}`])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^PONG from .*\nVersion unknown \(NOPERM .*\), RESP3\n$/)
  })
})

describe('longwire redis stats', () => {
  it('tells facts of the server and of the pool, for people', async () => {
    const { code, stdout, stderr } = await redis(['stats', url])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain(`Server redis://:***@127.0.0.1:${server.port}\n`)
    expect(stdout).toMatch(/\n {2}clients +\d+ of 10,000, 0 blocked\n/)
    expect(stdout).toContain('Pool after 1,000 PINGs by 10 callers and a lease\n')
    expect(stdout).toMatch(/\n {2}round trip +median [\d.]+ m?s, p99 [\d.]+ m?s, longest [\d.]+ m?s\n/)
  })

  it('tells them as one JSON object for programs, the password masked', async () => {
    const { code, stdout } = await redis(['stats', url, '--json'])
    expect(code).toBe(0)
    expect(stdout).not.toContain('pass-word')
    const { url: shownUrl, server: facts, use, pool } = JSON.parse(stdout)
    expect(shownUrl).toBe(`redis://:***@127.0.0.1:${server.port}`)
    expect(facts).toMatchObject({ mode: 'standalone', role: 'master', idleTimeoutSeconds: 0 })
    expect(use).toMatchObject({ callers: 10, calls: 1000 })
    expect(pool).toMatchObject({ size: 10, leases: 1, retries: 0, timeouts: 0 })
    expect(pool.answered).toBeGreaterThan(1000)
  })
})

describe('longwire redis top', () => {
  it('prints as many tables as are asked for where there is no terminal', async () => {
    const words = ['top', url, '--interval', '100', '--count', '2', '--size', '2', '--callers', '4']
    const { code, stdout, stderr } = await redis(words)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).not.toContain('pass-word')
    expect(stdout).not.toContain('\x1b')
    const tables = stdout.split(/^(?=longwire redis top)/m)
    expect(tables).toHaveLength(2)
    const lines = tables[1]!.trimEnd().split('\n')
    const [heading, ...rows] = lines.slice(lines.indexOf('') + 1)
    expect(heading).toMatch(/^ *ID {2}USE +STATE +AGE +IN FLIGHT +COMMANDS +READ +WRITTEN +LAST REPLY/)
    expect(rows).toHaveLength(2)
    for (const row of rows) expect(row).toMatch(/^ *\d+ {2}shared +(?:idle|busy) /)
  })

  it('goes on while the server is away, says so, and ends on SIGINT', async () => {
    await using mortal = await startRedis()
    const child = spawn(process.execPath, [entry, 'redis', 'top', mortal.url, '--interval', '100'])
    let output = ''
    child.stdout.on('data', (text) => {
      output += text
    })
    const exit = once(child, 'exit')
    try {
      await until(() => /shared +idle/.test(output))
      await mortal.stop()
      await until(() => output.includes('NO ANSWER'))
      await mortal.start()
      output = ''
      await until(() => /ops\/s[\s\S]*reconnects [1-9]/.test(output))
      child.kill('SIGINT')
      expect(await exit).toEqual([0, null])
    } finally {
      child.kill('SIGKILL')
    }
  })
})

describe('longwire redis', () => {
  it('explains itself, with examples', async () => {
    const help = await redis(['--help'])
    expect(help.code).toBe(0)
    for (const part of ['ping', 'stats', 'top', 'Examples:', 'Exit codes:', 'LONGWIRE_REDIS_URL']) {
      expect(help.stdout).toContain(part)
    }
    expect((await redis(['top', '--help'])).stdout).toContain('--interval <MS>')
  })

  it.each([
    [['pong'], "unknown command 'pong'"],
    [['ping', 'ftp://me:hidden@there'], 'expected redis://'],
    [['top', '--interval', 'soon'], 'Expected a whole number of at least 50.'],
  ])('ends with 2 at %j', async (words, part) => {
    const { code, stderr } = await redis(words)
    expect(code).toBe(2)
    expect(stderr).toContain(part)
    expect(stderr).not.toContain('hidden')
  })

  it('loads nothing of the server for it', async () => {
    const record = `import { registerHooks } from 'node:module'
      registerHooks({ load(url, context, next) { console.error(url); return next(url, context) } })`
    const flags = ['--import', `data:text/javascript,${encodeURIComponent(record)}`]
    const { code, stderr } = await longwire(flags, ['redis', 'ping', url], {})
    expect(code).toBe(0)
    const loaded = stderr.split('\n').filter((line) => line.startsWith('file:'))
    expect(loaded.some((path) => path.endsWith('/src/redis/pool.ts'))).toBe(true)
    expect(loaded.filter((path) => /\/src\/(?:server|chat|gateway|broker)\//.test(path))).toEqual([])
    const packages = loaded.flatMap((path) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [])
    expect([...new Set(packages)]).toEqual(['commander'])
  })
})
