import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { CompactSign, SignJWT, UnsecuredJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { makeToken } from '../../../../src/chat/tokens/make-token.ts'
import { TokenVerifier, type TokenVerifierOptions } from '../../../../src/chat/tokens/verifier.ts'

const secret = 'a secret of at least thirty-two bytes'
const start = Date.UTC(2026, 0, 1)
const seconds = start / 1000

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const ed = generateKeyPairSync('ed25519')
const pemOf = ({ publicKey }: { publicKey: KeyObject }): string =>
  publicKey.export({ type: 'spki', format: 'pem' }).toString()

function verifier(options: TokenVerifierOptions = { secret }, now = start): TokenVerifier {
  return new TokenVerifier({ now: () => now, ...options })
}

function signed(
  claims: Record<string, unknown>,
  alg = 'HS256',
  key: KeyObject | Buffer = Buffer.from(secret),
) {
  return new SignJWT(claims).setProtectedHeader({ alg }).sign(key)
}

const invalid = { code: 'TOKEN_INVALID' }
const expired = { code: 'TOKEN_EXPIRED' }

describe('A connection token', () => {
  it('says who that is, what may be seen of them, and until when', async () => {
    const token = await signed({ sub: 'ann', exp: seconds + 60, info: { name: 'Ann' } })
    expect(await verifier().connection(token)).toEqual({
      user: 'ann',
      info: { name: 'Ann' },
      isModerator: false,
      subscriptions: {},
      expiresAt: start + 60_000,
    })
  })

  it('without a user and an end is for anybody, for ever', async () => {
    const { user, expiresAt } = await verifier().connection(await signed({}))
    expect([user, expiresAt]).toEqual(['', undefined])
  })

  it('lists channels that the server subscribes to, plainly or with what they are like', async () => {
    const token = await signed({
      sub: 'ann',
      channels: ['news', 'both'],
      subs: {
        both: { info: { role: 'guest' } },
        deals: {
          data: { greeting: 'hello' },
          override: {
            force_recovery: { value: true },
            force_positioning: { value: false },
            force_push_join_leave: { value: true },
          },
        },
      },
    })
    const { subscriptions } = await verifier().connection(token)
    expect(subscriptions).toMatchObject({
      news: {},
      both: { info: { role: 'guest' } },
      deals: { data: { greeting: 'hello' }, isRecoverable: true, isPositioned: false, joinLeave: true },
    })
  })

  it('makes a moderator only of somebody who is known', async () => {
    const known = await verifier().connection(await signed({ sub: 'ann', moderator: true }))
    const unknown = await verifier().connection(await signed({ moderator: true }))
    expect([known.isModerator, unknown.isModerator]).toEqual([true, false])
  })

  it('with expire_at ends the connection then, while exp is about the token alone; 0 means never', async () => {
    const later = await signed({ sub: 'ann', exp: seconds + 60, expire_at: seconds + 7200 })
    const never = await signed({ sub: 'ann', exp: seconds + 60, expire_at: 0 })
    expect((await verifier().connection(later)).expiresAt).toBe(start + 7_200_000)
    expect((await verifier().connection(never)).expiresAt).toBeUndefined()
    await expect(verifier({ secret }, start + 60_000).connection(later)).rejects.toMatchObject(expired)
  })

  it('that is for one channel lets nobody connect', async () => {
    const token = await signed({ sub: 'ann', channel: 'news' })
    await expect(verifier().connection(token)).rejects.toMatchObject(invalid)
  })

  it.each([
    ['sub', { sub: 7 }],
    ['channels', { channels: 'news' }],
    ['moderator', { moderator: 'yes' }],
    ['subs', { subs: { a: 7 } }],
    ['exp', { exp: start }],
    ['sub', { sub: 'a'.repeat(256) }],
  ])('with a claim "%s" that is not what it should be is none, and says so', async (claim, claims) => {
    const token = await signed({ sub: 'ann', ...claims })
    await expect(verifier().connection(token)).rejects.toThrow(`"${claim}`)
  })
})

describe('The times of a token', () => {
  const at = (now: number, claims: Record<string, unknown>) =>
    signed({ sub: 'ann', ...claims }).then((token) => verifier({ secret }, now).connection(token))

  it('are exact at its end: good until the last millisecond before, and expired from then on', async () => {
    const claims = { exp: seconds + 1 }
    expect((await at(start + 999, claims)).user).toBe('ann')
    await expect(at(start + 1000, claims)).rejects.toMatchObject(expired)
    await expect(at(start + 29_000, claims)).rejects.toMatchObject(expired)
    await expect(at(start + 90_000, claims)).rejects.toMatchObject(expired)
  })

  it('allow for a clock that is half a minute ahead at its beginning, and no more', async () => {
    expect((await at(start, { nbf: seconds + 30, iat: seconds + 30 })).user).toBe('ann')
    await expect(at(start, { nbf: seconds + 31 })).rejects.toMatchObject(invalid)
    await expect(at(start, { iat: seconds + 31 })).rejects.toThrow('made in the future')
  })

  it('of a forged token are not looked at: it is not expired, it never was one', async () => {
    const token = await signed({ sub: 'ann', exp: seconds - 60 }, 'HS256', Buffer.from('b'.repeat(32)))
    await expect(verifier().connection(token)).rejects.toMatchObject(invalid)
  })
})

describe('Algorithms', () => {
  it.each([
    ['RS256', rsa],
    ['ES256', ec],
    ['EdDSA', ed],
  ] as const)('%s tokens are checked with the public key for it, among others', async (alg, pair) => {
    const tokens = verifier({ publicKeys: [rsa, ec, ed].map(pemOf) })
    expect((await tokens.connection(await signed({ sub: 'ann' }, alg, pair.privateKey))).user).toBe('ann')
  })

  it('are not chosen by the token: the public key is no secret (algorithm confusion)', async () => {
    const pem = pemOf(rsa)
    const head = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url')
    const body = Buffer.from('{"sub":"ann"}').toString('base64url')
    const signature = createHmac('sha256', pem).update(`${head}.${body}`).digest('base64url')
    const forged = `${head}.${body}.${signature}`
    await expect(verifier({ publicKeys: [pem] }).connection(forged)).rejects.toThrow('signed with HS256')
    await expect(verifier({ publicKeys: [pem], secret }).connection(forged)).rejects.toMatchObject(invalid)
  })

  it('are those of the configured keys alone: with a secret no public key of the token counts', async () => {
    const jwk = rsa.publicKey.export({ format: 'jwk' })
    const token = await new CompactSign(Buffer.from('{"sub":"ann"}'))
      .setProtectedHeader({ alg: 'RS256', jwk: jwk as never })
      .sign(rsa.privateKey)
    await expect(verifier().connection(token)).rejects.toThrow('the keys that are known here are for HS256')
  })

  it('never include none', async () => {
    const unsigned = new UnsecuredJWT({ sub: 'ann' }).encode()
    await expect(verifier().connection(unsigned)).rejects.toMatchObject(invalid)
    await expect(verifier({ publicKeys: [pemOf(ed)] }).connection(unsigned)).rejects.toMatchObject(invalid)
  })

  it('of other strengths are not taken, even with the right secret', async () => {
    await expect(verifier().connection(await signed({ sub: 'ann' }, 'HS512'))).rejects.toMatchObject(invalid)
  })

  it('with several keys for the same: any of them may have signed', async () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const tokens = verifier({ publicKeys: [pemOf(ec), pemOf(other)] })
    const token = await signed({ sub: 'ann' }, 'ES256', other.privateKey)
    expect((await tokens.connection(token)).user).toBe('ann')
  })
})

describe('Keys', () => {
  it('are refused with what to do: a short secret, a private key, no key at all, a weak one', () => {
    const { privateKey } = ec
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 })
    const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    expect(() => verifier({ secret: 'short' })).toThrow('at least 32 bytes')
    expect(() => verifier({ publicKeys: [privatePem] })).toThrow('give the public one')
    expect(() => verifier({ publicKeys: ['nonsense'] })).toThrow('no public key in PEM')
    expect(() => verifier({ publicKeys: [pemOf(weak)] })).toThrow('at least 2048 bits')
  })

  it('that are not there make every token none', async () => {
    const token = await makeToken({ sub: 'ann' }, { secret, ttlMs: 60_000 })
    await expect(new TokenVerifier({}).connection(token)).rejects.toThrow('No key is configured')
  })
})

describe('Whom a token is for, and from', () => {
  const tokens = verifier({ secret, audience: ['chat', 'games'], issuer: 'https://accounts.example' })

  it('is checked where that is configured', async () => {
    const good = await signed({ sub: 'ann', aud: ['games', 'mail'], iss: 'https://accounts.example' })
    expect((await tokens.connection(good)).user).toBe('ann')
  })

  it.each([
    { aud: 'mail', iss: 'https://accounts.example' },
    { aud: 'chat', iss: 'https://elsewhere.example' },
    { iss: 'https://accounts.example' },
    { aud: 'chat' },
  ])('and %o is not it', async (claims) => {
    await expect(tokens.connection(await signed({ sub: 'ann', ...claims }))).rejects.toMatchObject(invalid)
  })
})

describe('A subscription token', () => {
  it('opens its channel for its user, and says what the subscription is like', async () => {
    const token = await signed({
      sub: 'ann',
      channel: '$staff',
      exp: seconds + 60,
      info: { role: 'lead' },
      override: { force_recovery: { value: true } },
    })
    expect(await verifier().subscription(token)).toMatchObject({
      user: 'ann',
      channel: '$staff',
      client: '',
      answer: { info: { role: 'lead' }, isRecoverable: true, expiresAt: start + 60_000 },
    })
  })

  it('names its channel', async () => {
    await expect(verifier().subscription(await signed({ sub: 'ann' }))).rejects.toThrow('"channel"')
  })
})

describe('What is no token', () => {
  it.each(['', 'a', 'a.b.c', `${'x'.repeat(2_000_000)}`, 'e30.e30.', 'eyJhbGciOiJIUzI1NiJ9.bm8.x'])(
    'is refused as such (%#)',
    async (text) => {
      await expect(verifier().connection(text)).rejects.toMatchObject(invalid)
    },
  )
})
