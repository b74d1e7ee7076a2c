/** Whom a sanction is for: a user, by the id in the token, or an address, by itself or with its neighbours. */
import { isIP, SocketAddress } from 'node:net'
import { ModerationError } from './errors.ts'

export type Subject =
  /** The `sub` of a token. */
  | { readonly user: string }
  /** An IP address, or a prefix of them: `203.0.113.7`, `203.0.113.0/24`, `2001:db8::/32`. */
  | { readonly address: string }

/** Characters in the id of a user; tokens hold far shorter ones. */
const userLength = 256

/** Checks what somebody gave, and writes an address as all write it. Throws {@link ModerationError}. */
export function checkedSubject(subject: Subject): Subject {
  if ('user' in subject) {
    const { user } = subject
    if (typeof user !== 'string' || user === '' || user.length > userLength)
      throw input(`A user is an id of 1 to ${userLength} characters.`)
    return { user }
  }
  const address = typeof subject.address === 'string' ? prefixOf(subject.address) : undefined
  if (address === undefined) {
    throw input(
      `${JSON.stringify(subject.address) ?? 'Nothing'} is no IP address and no prefix such as 203.0.113.0/24.`,
    )
  }
  return { address }
}

/** For messages and logs: `user ann`, `address 203.0.113.7`. */
export function subjectText(subject: Subject): string {
  return 'user' in subject ? `user ${subject.user}` : `address ${subject.address}`
}

/** The same for all that mean the same. */
export function subjectKey(subject: Subject): string {
  return 'user' in subject ? `u${subject.user}` : `a${subject.address}`
}

/** An IP address as all write it, an IPv4 one without the clothing of IPv6; `undefined`: it is none. */
export function addressIn(text: string): string | undefined {
  const family = isIP(text)
  if (family === 0) return undefined
  if (family === 4) return text
  const { address } = new SocketAddress({ address: text, family: 'ipv6' })
  const mapped = address.startsWith('::ffff:') ? address.slice(7) : ''
  return isIP(mapped) === 4 ? mapped : address
}

/** The two parts of a prefix; `undefined`: it is a single address. */
export function partsOf(address: string): { readonly network: string; readonly bits: number } | undefined {
  const [network = '', bits] = address.split('/', 2)
  return bits === undefined ? undefined : { network, bits: Number(bits) }
}

function prefixOf(text: string): string | undefined {
  const [first = '', bits, ...more] = text.trim().split('/')
  const network = addressIn(first)
  if (network === undefined || more.length > 0) return undefined
  if (bits === undefined) return network
  const all = isIP(network) === 4 ? 32 : 128
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > all) return undefined
  if (Number(bits) === 0) throw input('A prefix of 0 bits is everybody: that would be no sanction.')
  return Number(bits) === all ? network : `${network}/${Number(bits)}`
}

function input(message: string): ModerationError {
  return new ModerationError('SANCTION_INPUT', message)
}
