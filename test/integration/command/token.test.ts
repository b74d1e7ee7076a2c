import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { decodeJwt } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TokenVerifier } from '../../../src/exports/chat.ts'
import { connected } from '../centrifuge/clients.ts'

const entry = fileURLToPath(new URL('../../../bin/longwire.ts', import.meta.url))
const secret = 'a secret of at least thirty-two bytes'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longwire-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function start(args: readonly string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [entry, ...args], {
    cwd: folder,
    env: { ...process.env, ...environment },
  })
  const said = { output: '', complaints: '' }
  child.stdout.on('data', (chunk) => {
    said.output += chunk
  })
  child.stderr.on('data', (chunk) => {
    said.complaints += chunk
  })
  return { child, said }
}

/** Runs a server with these flags, and ends it when what was to be seen of it has been. `said` holds its log. */
async function whileServing(
  flags: readonly string[],
  look: (said: { readonly output: string }) => unknown,
): Promise<void> {
  const { child, said } = start(['--port', '0', '--tcp-port', '0', '--log-format', 'json', ...flags])
  const exit = once(child, 'exit')
  try {
    while (!said.output.includes('longwire is ready')) {
      await Promise.race([once(child.stdout, 'data'), exit])
      if (child.exitCode !== null) throw new Error(`It ended before it was ready. ${said.complaints}`)
    }
    await look(said)
  } finally {
    child.kill('SIGKILL')
    await exit
  }
}

async function longwire(args: readonly string[], environment: Record<string, string> = {}) {
  const { child, said } = start(args, environment)
  const [code] = await once(child, 'close')
  return { code, ...said }
}

// Each starts processes, which takes a while where many tests do.
const patience = { timeout: 60_000 }

describe('longwire token', patience, () => {
  it('prints a token made with the configured secret, and nothing else', async () => {
    const { code, output, complaints } = await longwire(
      ['token', '--user', 'ann', '--ttl', '1h30m', '--info', '{"name":"Ann"}', '--as-moderator'],
      { LONGWIRE_TOKENS_SECRET: secret },
    )
    expect([code, complaints]).toEqual([0, ''])
    const token = output.trim()
    const read = await new TokenVerifier({ secret }).connection(token)
    expect(read).toMatchObject({ user: 'ann', info: { name: 'Ann' }, isModerator: true })
    const { iat = 0, exp = 0 } = decodeJwt(token)
    expect(exp - iat).toBeGreaterThanOrEqual(5400)
    expect(exp - iat).toBeLessThanOrEqual(5401)
    expect(existsSync(join(folder, 'longwire-data'))).toBe(false)
  })

  it('makes subscription tokens, and lists channels to subscribe to', async () => {
    const environment = {
      LONGWIRE_TOKENS_SECRET: secret,
      LONGWIRE_TOKENS_AUDIENCE: 'chat',
      LONGWIRE_TOKENS_ISSUER: 'us',
    }
    const one = await longwire(['token', '--user', 'ann', '--channel', '$staff'], environment)
    const many = await longwire(['token', '--user', 'ann', '--subscribe', 'news', 'deals'], environment)
    const verifier = new TokenVerifier({ secret, audience: 'chat', issuer: 'us' })
    expect(await verifier.subscription(one.output.trim())).toMatchObject({ user: 'ann', channel: '$staff' })
    const { subscriptions } = await verifier.connection(many.output.trim())
    expect(Object.keys(subscriptions)).toEqual(['news', 'deals'])
  })

  it.each([
    [['--user', 'ann', '--ttl', 'soon'], '--ttl: found "soon", expected a time such as'],
    [['--user', 'ann', '--info', '{name}'], '--info: found "{name}", expected JSON'],
    [['--user', 'ann', '--channel', 'a', '--as-moderator'], '--channel makes a token for one channel'],
    [['--ttl', '1h'], "required option '--user <NAME>' not specified"],
    [['--user', 'ann', '--store', 'memory'], 'Set LONGWIRE_TOKENS_SECRET ("openssl rand -hex 32" makes one)'],
    [
      ['--user', 'ann', '--token-jwks', 'https://accounts.example/keys'],
      'checks tokens with public keys: whoever has the private key makes them',
    ],
  ])('says what is wrong with %j', async (args, sentence) => {
    const { code, output, complaints } = await longwire(['token', ...args])
    expect([code, output]).toEqual([2, ''])
    expect(complaints).toContain(sentence)
    expect(complaints).not.toContain('    at ')
  })
})

describe('Without any key configured', patience, () => {
  it('the secret is made once, for its owner alone, and tokens of the command let people in', async () => {
    await whileServing(['--no-anonymous'], async (said) => {
      expect(said.output).toContain('let in: \\"longwire token --user NAME\\" makes one')
      const port = Number(/"http:\/\/127\.0\.0\.1:(\d+)"/.exec(said.output)?.[1])
      const { output } = await longwire(['token', '--user', 'ann'])
      const ann = await connected(port, { token: output.trim() })
      expect(ann.state).toBe('connected')
      ann.disconnect()
      expect(statSync(join(folder, 'longwire-data/token-secret')).mode & 0o777).toBe(0o600)
    })
  })

  it('the command is named with the folder of the server, and says where it makes a secret', async () => {
    await whileServing(['--no-anonymous', '--data', 'other'], (said) => {
      expect(said.output).toContain('longwire token --user NAME --data other')
    })
    expect(await longwire(['token', '--user', 'ann', '--data', 'other'])).toMatchObject({ complaints: '' })
    const { complaints } = await longwire(['token', '--user', 'ann'])
    expect(complaints).toContain('made a new secret, longwire-data/token-secret')
  })

  it('many commands at once make one secret', async () => {
    const args = ['token', '--user', 'ann']
    const made = await Promise.all(Array.from({ length: 4 }, () => longwire(args)))
    const kept = readFileSync(join(folder, 'longwire-data/token-secret'), 'utf8').trim()
    const verifier = new TokenVerifier({ secret: kept })
    const users = await Promise.all(
      made.map(async ({ output }) => (await verifier.connection(output.trim())).user),
    )
    expect(users).toEqual(['ann', 'ann', 'ann', 'ann'])
    expect(readdirSync(join(folder, 'longwire-data'))).toEqual(['token-secret'])
  })

  it('a secret that others may read is refused with what to do', async () => {
    await longwire(['token', '--user', 'ann'])
    chmodSync(join(folder, 'longwire-data/token-secret'), 0o644)
    const { code, complaints } = await longwire(['token', '--user', 'ann'])
    expect(code).toBe(2)
    expect(complaints).toContain('can be read by others on this machine. Mend that with: chmod 600')
  })
})

describe('A server beyond this machine', patience, () => {
  it.each([
    [['--store', 'memory'], 'Nobody can connect'],
    [[], 'Only who has a token is let in'],
  ])('says at its start who can connect (%j)', async (flags, sentence) => {
    await whileServing(['--host', '0.0.0.0', ...flags], (said) => {
      expect(said.output).toContain(sentence)
    })
  })

  it('does not start with a key that is none, and says which and why', async () => {
    const { code, complaints } = await longwire(['--token-public-key', 'missing.pem', '--store', 'memory'])
    expect(code).toBe(1)
    expect(complaints).toContain('The public key missing.pem cannot be read')
  })
})
