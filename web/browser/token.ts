/**
 * The token with which this person enters. It comes in the page's address, after `#token=` (which no server sees) or in
 * `?token=`, or by hand; it is kept for as long as the tab lives.
 */
import type { Memory } from './memory.ts'

export interface TokenPlace {
  /** `undefined`: there is none, or none any more. */
  token: string | undefined
}

/** What we use of the page's address. */
interface Address {
  readonly hash: string
  readonly search: string
}

/** What stands in an address is taken, and replaces what is remembered. */
export function tokenIn(memory: Memory, { hash, search }: Address): TokenPlace {
  const brought = tokenOfHash(hash) ?? tokenOf(search)
  if (brought !== undefined) memory.write('token', brought)
  return {
    get token() {
      return memory.read('token')
    },
    set token(token) {
      memory.write('token', token)
    },
  }
}

/** The token after `#`. */
export function tokenOfHash(hash: string): string | undefined {
  return tokenOf(hash.slice(1))
}

function tokenOf(parameters: string): string | undefined {
  return readToken(new URLSearchParams(parameters).get('token') ?? '')
}

/** A token as somebody pasted it: a whole address or a header's value holds one too. `undefined`: there is none. */
export function readToken(pasted: string): string | undefined {
  const inAddress = /[#?&]token=([^&#\s]+)/.exec(pasted)?.[1]
  const token = (inAddress ?? pasted).replace(/^\s*bearer\s/i, '').replace(/\s/g, '')
  return token === '' ? undefined : token
}
