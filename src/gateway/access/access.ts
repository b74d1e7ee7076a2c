/** Who asks, and what that token may do: the access check that all styles share. */
import { type Clock, systemClock } from '../../connection/clock.ts'
import { TokenBucket } from '../../connection/token-bucket.ts'
import type { Authorize, CommandWords, Refusal } from '../authorize.ts'
import type { GatewayRequest } from '../exchange.ts'
import { Catalog } from './catalog.ts'
import { PassingNames } from './passing-names.ts'
import type { AccessRules } from './rules.ts'
import { TokenHashes, tokenOf } from './token.ts'
import { type CommandRules, denialOf } from './verdict.ts'

/** Somebody who may use the gateway, if within the rules. */
export interface Visitor {
  /** The token's name; `undefined`: this gateway has no tokens. */
  readonly name: string | undefined
  readonly rules: CommandRules
  readonly bucket: TokenBucket | undefined
  readonly passing: PassingNames
}

export class Access {
  readonly catalog = new Catalog()
  readonly #hashes: TokenHashes<Visitor> | undefined
  readonly #everybody: Visitor = {
    name: undefined,
    bucket: undefined,
    rules: everything,
    passing: new PassingNames(everything, this.catalog),
  }

  /** Without rules there are no tokens: everybody may do what is not denied by default. */
  constructor(rules: readonly AccessRules[] = [], clock: Clock = systemClock) {
    if (rules.length === 0) return
    this.#hashes = new TokenHashes(
      rules.map((one) => {
        const { rate } = one
        const bucket = rate === undefined ? undefined : new TokenBucket(rate.perSecond, rate.burst, clock)
        const passing = new PassingNames(one, this.catalog)
        return [one.hash, { name: one.name, rules: one, bucket, passing }] as const
      }),
    )
  }

  get hasTokens(): boolean {
    return this.#hashes !== undefined
  }

  /** Who sent the request; a refusal where it shows no token, or one that is not known. */
  readonly identify = (request: GatewayRequest): Visitor | Refusal => {
    if (this.#hashes === undefined) return this.#everybody
    const token = tokenOf(request)
    if (token === undefined) return unauthorized('This gateway wants a token: Authorization: Bearer TOKEN.')
    return this.#hashes.find(token) ?? unauthorized('The token is not known.')
  }

  /** Whether the request may send the command. Takes from the token's rate limit. */
  readonly authorize: Authorize = (request, command) => {
    const visitor = this.identify(request)
    return 'status' in visitor ? visitor : this.check(visitor, command)
  }

  /** The same for a visitor who was identified before. */
  check({ rules, bucket, passing }: Visitor, command: CommandWords): Refusal | undefined {
    if (bucket?.take() === false) {
      return { status: 429, message: 'Too many commands for this token.', headers: { 'Retry-After': '1' } }
    }
    if (passing.has(command[0])) return undefined
    const denial = denialOf(command, rules, this.catalog)
    if (denial === undefined) {
      passing.add(command)
      return undefined
    }
    if (denial === 'later') {
      const message = 'Redis could not yet be asked which commands it has.'
      return { status: 503, message, headers: { 'Retry-After': '1' } }
    }
    return { status: 403, message: `${shownName(command)} ${denial}` }
  }
}

const everything: CommandRules = {
  allow: undefined,
  deny: [],
  keys: undefined,
  channels: undefined,
  readOnly: false,
  user: undefined,
  database: undefined,
}

function unauthorized(message: string): Refusal {
  return { status: 401, message, headers: { 'WWW-Authenticate': 'Bearer' } }
}

/** The command's own name only: an argument may be a secret. */
function shownName(command: CommandWords): string {
  return String(command[0]).slice(0, 64)
}
