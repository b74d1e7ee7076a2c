import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SignJWT } from 'jose'
import { afterEach, describe, expect, it } from 'vitest'
import { KeySetUrl } from '../../../../src/chat/tokens/key-set-url.ts'
import type { TokenKeyError } from '../../../../src/chat/tokens/token-error.ts'
import { TokenVerifier } from '../../../../src/chat/tokens/verifier.ts'

/** A server that publishes keys, and may go down, hang, or answer nonsense. */
class Publisher {
  keys: object[] = []
  answer: 'keys' | 'nothing' | 'nonsense' | 'error' | 'flood' = 'keys'
  requests = 0
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
  }

  static async start(): Promise<Publisher> {
    const server = createServer((_request, response) => {
      publisher.requests++
      if (publisher.answer === 'nothing') return
      if (publisher.answer === 'error') response.statusCode = 500
      if (publisher.answer === 'flood') response.end(' '.repeat(1_000_000))
      else
        response.end(publisher.answer === 'nonsense' ? 'no JSON' : JSON.stringify({ keys: publisher.keys }))
    })
    const publisher = new Publisher(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return publisher
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/keys`
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await closed
  }
}

interface Pair {
  readonly kid: string
  readonly jwk: object
  readonly privateKey: KeyObject
}

function newKey(kid: string): Pair {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  return { kid, jwk: { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig' }, privateKey }
}

function tokenBy({ kid, privateKey }: Pair, isNamed = true): Promise<string> {
  return new SignJWT({ sub: 'ann' })
    .setProtectedHeader({ alg: 'EdDSA', ...(isNamed ? { kid } : {}) })
    .sign(privateKey)
}

const minute = 60_000

interface World {
  readonly publisher: Publisher
  readonly verifier: TokenVerifier
  readonly failures: TokenKeyError[]
  /** Lets time go by. */
  pass(ms: number): void
}

const opened: Publisher[] = []
afterEach(async () => {
  for (const publisher of opened.splice(0)) await publisher.stop()
})

async function world(keys: readonly Pair[], timeoutMs = 5_000): Promise<World> {
  const publisher = await Publisher.start()
  opened.push(publisher)
  publisher.keys = keys.map(({ jwk }) => jwk)
  let time = 0
  const failures: TokenKeyError[] = []
  const jwks = {
    url: publisher.url,
    timeoutMs,
    now: () => time,
    failed: (error: TokenKeyError) => failures.push(error),
  }
  const pass = (ms: number): void => {
    time += ms
  }
  return { publisher, verifier: new TokenVerifier({ jwks }), failures, pass }
}

const first = newKey('first')
const second = newKey('second')

describe('Keys at a URL', () => {
  it('are read once for many tokens, however many come at once', async () => {
    const { publisher, verifier } = await world([first])
    const token = await tokenBy(first)
    const read = await Promise.all(Array.from({ length: 20 }, () => verifier.connection(token)))
    expect(new Set(read.map(({ user }) => user))).toEqual(new Set(['ann']))
    expect(publisher.requests).toBe(1)
  })

  it('are read again when a token names one that is not there, so that keys may rotate', async () => {
    const { publisher, verifier, pass } = await world([first])
    await verifier.connection(await tokenBy(first))
    publisher.keys = [second.jwk]
    pass(minute)
    expect((await verifier.connection(await tokenBy(second))).user).toBe('ann')
    await expect(verifier.connection(await tokenBy(first))).rejects.toMatchObject({ code: 'TOKEN_INVALID' })
    expect(publisher.requests).toBe(2)
  })

  it('are not read for each token that names an unknown one', async () => {
    const { publisher, verifier, pass } = await world([first])
    await verifier.connection(await tokenBy(first))
    for (const kid of ['a', 'b', 'c', 'd']) {
      const token = await tokenBy({ ...second, kid })
      await expect(verifier.connection(token)).rejects.toMatchObject({ code: 'TOKEN_INVALID' })
    }
    expect(publisher.requests).toBe(1)
    pass(minute)
    await expect(verifier.connection(await tokenBy(second))).rejects.toMatchObject({ code: 'TOKEN_INVALID' })
    expect(publisher.requests).toBe(2)
  })

  it('are read again when they are old, so that a key that was withdrawn ends', async () => {
    const { publisher, verifier, pass } = await world([first])
    await verifier.connection(await tokenBy(first))
    publisher.keys = []
    pass(11 * minute)
    await expect(verifier.connection(await tokenBy(first))).rejects.toMatchObject({ code: 'TOKEN_INVALID' })
  })

  it.each(['error', 'nonsense', 'flood'] as const)(
    'go on being good while the URL has no good answer (%s), and it is not asked for each token',
    async (answer) => {
      const { publisher, verifier, failures, pass } = await world([first])
      await verifier.connection(await tokenBy(first))
      publisher.answer = answer
      pass(11 * minute)
      for (let count = 0; count < 3; count++) {
        expect((await verifier.connection(await tokenBy(first))).user).toBe('ann')
      }
      expect([publisher.requests, failures.length]).toEqual([2, 1])
      expect(failures[0]?.message).toContain('the last ones remain')
    },
  )

  it('go on being good when the server of the URL is gone, and a new one is asked when it is there', async () => {
    const { publisher, verifier, failures, pass } = await world([first])
    await verifier.connection(await tokenBy(first))
    await publisher.stop()
    pass(11 * minute)
    expect((await verifier.connection(await tokenBy(first))).user).toBe('ann')
    expect(failures[0]?.message).toContain('ECONNREFUSED')
  })

  it('that never come are waited for until the deadline only', async () => {
    const { publisher, verifier } = await world([first], 50)
    publisher.answer = 'nothing'
    const reading = verifier.connection(await tokenBy(first))
    await expect(reading).rejects.toMatchObject({ code: 'TOKEN_KEYS_UNAVAILABLE' })
  })

  it('that could not be read at the start are read a moment later', async () => {
    const { publisher, verifier, pass } = await world([first])
    publisher.answer = 'error'
    const token = await tokenBy(first)
    await expect(verifier.connection(token)).rejects.toThrow('it answered 500; there are no keys')
    publisher.answer = 'keys'
    await expect(verifier.connection(token)).rejects.toMatchObject({ code: 'TOKEN_KEYS_UNAVAILABLE' })
    expect(publisher.requests).toBe(1)
    pass(1_000)
    expect((await verifier.connection(token)).user).toBe('ann')
  })

  it('are all tried for a token that names none', async () => {
    const { verifier } = await world([first, second])
    expect((await verifier.connection(await tokenBy(second, false))).user).toBe('ann')
  })

  it('are never secrets: one in the set signs nothing', async () => {
    const secret = Buffer.from('a secret of at least thirty-two bytes')
    const { publisher, verifier } = await world([])
    publisher.keys = [{ kty: 'oct', k: secret.toString('base64url'), kid: 'shared' }]
    const token = await new SignJWT({ sub: 'ann' })
      .setProtectedHeader({ alg: 'HS256', kid: 'shared' })
      .sign(secret)
    await expect(verifier.connection(token)).rejects.toThrow('signed with HS256')
  })

  it('are not followed elsewhere', async () => {
    const target = await Publisher.start()
    opened.push(target)
    const redirecting = createServer((_request, response) => {
      response.writeHead(302, { Location: target.url }).end()
    })
    await new Promise<void>((resolve) => redirecting.listen(0, '127.0.0.1', resolve))
    const { port } = redirecting.address() as AddressInfo
    const keySet = new KeySetUrl({ url: `http://127.0.0.1:${port}/` })
    const wish = { alg: 'EdDSA', kid: 'first' } as const
    await expect(keySet.keysFor(wish)).rejects.toMatchObject({ code: 'TOKEN_KEYS_UNAVAILABLE' })
    expect(target.requests).toBe(0)
    redirecting.closeAllConnections()
    await new Promise((resolve) => redirecting.close(resolve))
  })
})
