import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newWebhookSecret } from '../../../src/server/webhooks/signature.ts'
import { chatter, until, upgradeRequest } from '../server/peers.ts'

const entry = fileURLToPath(new URL('../../../bin/longwire.ts', import.meta.url))
const children: ChildProcess[] = []

/** Where each is started, and so where it keeps what it keeps. */
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longwire-'))
})
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null && child.kill('SIGKILL'))
      await once(child, 'exit')
  }
  rmSync(folder, { recursive: true })
})

interface Running {
  readonly child: ChildProcess
  readonly exit: Promise<number | null>
  output(): string
  complaints(): string
}

function longwire(flags: readonly string[], environment: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, [entry, ...flags], {
    cwd: folder,
    env: { ...process.env, ...environment },
  })
  children.push(child)
  let output = ''
  let complaints = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  child.stderr.on('data', (chunk) => {
    complaints += chunk
  })
  const exit = once(child, 'close').then(([code]) => code as number | null)
  return { child, exit, output: () => output, complaints: () => complaints }
}

/** Starts a server and waits until it is ready. */
async function ready(flags: readonly string[] = []): Promise<Running & { httpPort: number }> {
  const running = longwire(['--port', '0', '--tcp-port', 'any', '--log-format', 'json', ...flags])
  await until(`readiness (${running.complaints()})`, () => running.output().includes('longwire is ready'))
  const line = running
    .output()
    .split('\n')
    .find((text) => text.includes('longwire is ready'))
  const { addresses } = JSON.parse(line ?? '{}') as { addresses: { http: string; tcp: string } }
  expect(addresses.tcp).toMatch(/^tcp:\/\/127\.0\.0\.1:\d+$/)
  return { ...running, httpPort: Number(new URL(addresses.http).port) }
}

describe('The command', () => {
  it('makes a new token for the gateway, with its hash', async () => {
    const made = longwire(['gateway', 'token'])
    expect(await made.exit).toBe(0)
    const [, token = '', hash] = /^token (\S+)\nhash {2}(\S+)\n$/.exec(made.output()) ?? []
    expect(hash).toBe(`sha256:${createHash('sha256').update(token).digest('hex')}`)
  })

  it('makes a new key for the server API, with its hash, and a new secret for webhooks', async () => {
    const made = longwire(['api', 'key'])
    expect(await made.exit).toBe(0)
    const [, key = '', hash] = /^key {3}(\S+)\nhash {2}(\S+)\n$/.exec(made.output()) ?? []
    expect(hash).toBe(`sha256:${createHash('sha256').update(key).digest('hex')}`)
    const secrets = [longwire(['webhook', 'secret']), longwire(['webhook', 'secret'])]
    for (const { exit } of secrets) expect(await exit).toBe(0)
    expect(new Set(secrets.map(({ output }) => output())).size).toBe(2)
  })

  it('says its version and its flags without starting anything', async () => {
    const version = longwire(['--version'])
    expect(await version.exit).toBe(0)
    expect(version.output()).toMatch(/^\d+\.\d+\.\d+\n$/)
    const help = longwire(['--help'])
    expect(await help.exit).toBe(0)
    for (const flag of [
      '--port',
      '--tcp-port',
      '--host',
      '--allow-origin',
      '--message-rate',
      '--drain-timeout',
    ]) {
      expect(help.output()).toContain(flag)
    }
  })

  it('tells V8 how to collect garbage before it serves, in flags that this Node knows', async () => {
    const watched =
      "import v8 from 'node:v8'; import { syncBuiltinESMExports } from 'node:module';" +
      'const set = v8.setFlagsFromString;' +
      'v8.setFlagsFromString = (flag) => { console.log(flag); set(flag) }; syncBuiltinESMExports()'
    const running = longwire(['--port', '0', '--tcp-port', 'any', '--log-format', 'json'], {
      NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(watched)}`,
    })
    await until('readiness', () => running.output().includes('longwire is ready'))
    const before = running.output().split('longwire is ready')[0]
    expect(before).toContain('--no-allocation-site-pretenuring\n')
    expect(before).toContain('--heap-growing-percent=100\n')
    // V8 tells of a flag that it does not know here, and goes on.
    expect(running.complaints()).toBe('')
  })

  it('prints the settings it would start with, secrets masked', async () => {
    const secret = newWebhookSecret()
    const printed = longwire(['--print-config', '--redis', 'redis://me:secret@127.0.0.1'], {
      LONGWIRE_PORT: '5',
      LONGWIRE_TOKENS_SECRET: 'a secret of at least thirty-two bytes',
      LONGWIRE_WEBHOOKS_SECRETS: secret,
    })
    expect(await printed.exit).toBe(0)
    expect(printed.output()).not.toContain(secret)
    expect(printed.output()).not.toContain('thirty-two')
    const shown = JSON.parse(printed.output())
    expect(shown.port).toEqual({ value: 5, source: 'LONGWIRE_PORT' })
    expect(shown.redisUrl).toEqual({ value: 'redis://me:***@127.0.0.1', source: '--redis' })
  })

  it.each([
    [['--prot', '1'], 'Did you mean --port?'],
    [['--port', 'abc'], '--port: found "abc"'],
    [['--store', 'paper'], '--store: found "paper"'],
  ])('ends with exit code 2 and a sentence at %j', async (flags, part) => {
    const wrong = longwire(flags)
    expect(await wrong.exit).toBe(2)
    expect(wrong.complaints()).toContain(part)
  })

  it('ends with exit code 1 and a sentence when the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    const late = longwire(['--port', String(port), '--tcp-port', '0'])
    expect(await late.exit).toBe(1)
    expect(late.complaints()).toBe(
      `longwire: Port ${port} on 127.0.0.1 is in use by another program. Choose another with --port.\n`,
    )
    other.close()
  })

  it('ends with exit code 1 and a sentence when the certificate cannot be read', async () => {
    const wrong = longwire(['--port', '0', '--tls-cert', '/nowhere.pem', '--tls-key', '/nowhere.pem'])
    expect(await wrong.exit).toBe(1)
    expect(wrong.complaints()).toContain('The certificate or its key cannot be read')
  })

  it('drains on SIGTERM: peers get 1001, and it exits with 0', async () => {
    const { child, exit, httpPort } = await ready()
    const person = await chatter(httpPort)
    child.kill('SIGTERM')
    expect((await person.close).code).toBe(1001)
    expect(await exit).toBe(0)
  })

  it('exits at once on a second signal', async () => {
    const { child, exit, httpPort, output } = await ready(['--drain-timeout', '60000'])
    // It is told to go and does not: the drain would wait for it.
    const stubborn = connect({ port: httpPort, host: '127.0.0.1', allowHalfOpen: true })
    stubborn.write(upgradeRequest())
    await once(stubborn, 'data')
    child.kill('SIGTERM')
    await until('the drain', () => output().includes('draining'))
    child.kill('SIGTERM')
    expect(await exit).toBe(128 + 15)
    stubborn.destroy()
  })

  it('serves on, and exits with 0, when the reader of its log has gone', async () => {
    const { child, exit, httpPort } = await ready()
    child.stdout?.destroy()
    for (let round = 0; round < 5; round++) {
      const person = await chatter(httpPort)
      person.socket.close()
      await person.close
    }
    const last = await chatter(httpPort)
    child.kill('SIGTERM')
    expect((await last.close).code).toBe(1001)
    expect(await exit).toBe(0)
  })

  it('exits with 0 when the reader of its log has stopped reading, and gone then', async () => {
    const { child, exit, httpPort } = await ready()
    child.stdout?.pause()
    // Each leaves a line or two; together they are more than the pipe takes.
    for (let round = 0; round < 300; round++) {
      const person = await chatter(httpPort)
      person.socket.close()
      await person.close
    }
    child.stdout?.destroy()
    child.kill('SIGTERM')
    expect(await exit).toBe(0)
  })

  it('says where to open the chat, for people', async () => {
    const running = longwire(['--port', '0', '--tcp-port', 'any', '--log-format', 'pretty'])
    await until('the invitation', () => /Open http:\/\/127\.0\.0\.1:\d+ in a browser/.test(running.output()))
    expect(running.output()).toMatch(/nc 127\.0\.0\.1 \d+/)
    expect(running.output()).not.toContain('/console')
  })

  it('says where to try Redis commands, where it has a Redis', async () => {
    // Nobody has to listen there yet: the pool dials again until somebody does.
    const redis = ['--redis', 'redis://127.0.0.1:1']
    const running = longwire(['--port', '0', '--tcp-port', '0', '--log-format', 'pretty', ...redis])
    await until('the invitation', () =>
      /Try Redis commands at http:\/\/127\.0\.0\.1:\d+\/console\n/.test(running.output()),
    )
  })

  it('keeps what is said in a folder of its own where it is started, and says so', async () => {
    const running = longwire(['--port', '0', '--tcp-port', '0', '--log-format', 'pretty'])
    await until('the invitation', () => running.output().includes('What is said is kept in'))
    expect(running.output()).toContain(join(folder, 'longwire-data'))
    expect(existsSync(join(folder, 'longwire-data', 'longwire.db'))).toBe(true)
  })

  it('leaves nothing on the disk with --store memory', async () => {
    await ready(['--store', 'memory'])
    expect(existsSync(join(folder, 'longwire-data'))).toBe(false)
  })
})
