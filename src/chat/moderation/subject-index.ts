/**
 * The sanctions of one kind in one place, found by whom they are for.
 *
 * Hot path: `find` runs for each message while anybody is muted. It costs three look-ups in maps: which prefixes an
 * address is in is found once for each address until the prefixes change.
 */
import { BlockList, isIP } from 'node:net'
import { holds, longer, type Sanction } from './sanction.ts'
import { addressIn, partsOf, type Subject } from './subject.ts'

/** Addresses whose answers are remembered; beyond that all are found anew. */
const rememberedAddresses = 10_000

interface RememberedAddress {
  /** As sanctions write it. */
  readonly ip: string
  /** The prefixes with a sanction that it is in. */
  readonly prefixes: readonly string[]
}

export class SubjectIndex {
  readonly #users = new Map<string, Sanction>()
  readonly #addresses = new Map<string, Sanction>()
  readonly #prefixes = new Map<string, { sanction: Sanction; readonly list: BlockList }>()
  /** All prefixes in one, since most addresses are in none. */
  #anyPrefix: BlockList | undefined
  readonly #remembered = new Map<string, RememberedAddress>()

  get size(): number {
    return this.#users.size + this.#addresses.size + this.#prefixes.size
  }

  *[Symbol.iterator](): IterableIterator<Sanction> {
    yield* this.#users.values()
    yield* this.#addresses.values()
    for (const { sanction } of this.#prefixes.values()) yield sanction
  }

  get(subject: Subject): Sanction | undefined {
    if ('user' in subject) return this.#users.get(subject.user)
    return this.#addresses.get(subject.address) ?? this.#prefixes.get(subject.address)?.sanction
  }

  set(sanction: Sanction): void {
    const { subject } = sanction
    if ('user' in subject) this.#users.set(subject.user, sanction)
    else if (partsOf(subject.address) === undefined) this.#addresses.set(subject.address, sanction)
    else this.#setPrefix(subject.address, sanction)
  }

  delete(subject: Subject): void {
    if ('user' in subject) this.#users.delete(subject.user)
    else if (!this.#addresses.delete(subject.address) && this.#prefixes.delete(subject.address))
      this.#forget()
  }

  /** The sanction that holds longest for this user at this address; an empty user is nobody. */
  find(user: string, address: string, now: number): Sanction | undefined {
    let found = user === '' ? undefined : holding(this.#users.get(user), now)
    if (this.#addresses.size === 0 && this.#prefixes.size === 0) return found
    const { ip, prefixes } = this.#remembered.get(address) ?? this.#remember(address)
    found = longer(found, holding(this.#addresses.get(ip), now))
    for (const prefix of prefixes) found = longer(found, holding(this.#prefixes.get(prefix)?.sanction, now))
    return found
  }

  #setPrefix(address: string, sanction: Sanction): void {
    const known = this.#prefixes.get(address)
    if (known !== undefined) {
      known.sanction = sanction
      return
    }
    this.#prefixes.set(address, { sanction, list: listOf([address]) })
    this.#forget()
  }

  #forget(): void {
    this.#remembered.clear()
    this.#anyPrefix = undefined
  }

  #remember(address: string): RememberedAddress {
    // Whoever has no address, as behind a Unix socket, is in no prefix.
    const ip = addressIn(address)
    const remembered = { ip: ip ?? address, prefixes: ip === undefined ? [] : this.#prefixesOf(ip) }
    if (this.#remembered.size >= rememberedAddresses) this.#remembered.clear()
    this.#remembered.set(address, remembered)
    return remembered
  }

  #prefixesOf(ip: string): string[] {
    const family = familyOf(ip)
    this.#anyPrefix ??= listOf(this.#prefixes.keys())
    if (!this.#anyPrefix.check(ip, family)) return []
    return [...this.#prefixes].filter(([, { list }]) => list.check(ip, family)).map(([prefix]) => prefix)
  }
}

function holding(sanction: Sanction | undefined, now: number): Sanction | undefined {
  return sanction !== undefined && holds(sanction, now) ? sanction : undefined
}

function listOf(prefixes: Iterable<string>): BlockList {
  const list = new BlockList()
  for (const prefix of prefixes) {
    const { network, bits } = partsOf(prefix)!
    list.addSubnet(network, bits, familyOf(network))
  }
  return list
}

function familyOf(ip: string): 'ipv4' | 'ipv6' {
  return isIP(ip) === 4 ? 'ipv4' : 'ipv6'
}
