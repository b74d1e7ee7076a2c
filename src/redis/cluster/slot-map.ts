/**
 * Which nodes serve which hash slot, as one node of a cluster told it, corrected by what MOVED says since.
 *
 * Source: https://redis.io/docs/latest/commands/cluster-shards/ (Redis 7) and cluster-slots.
 */
import { fieldsOf } from '../resp/fields.ts'
import type { Reply } from '../resp/reply.ts'
import { SLOT_COUNT } from '../slot.ts'
import { type Address, addressText } from '../url.ts'

/** A master and its replicas, by the texts of their addresses. */
export interface Shard {
  readonly master: string
  readonly replicas: readonly string[]
}

export interface MapNode {
  readonly address: Address
  readonly role: 'master' | 'replica'
}

/** Makes an address that can be dialled out of what the cluster tells. */
export type ReadAddress = (host: string | undefined, port: number) => Address

export class SlotMap {
  /** All nodes that are up, by the texts of their addresses. */
  readonly nodes = new Map<string, MapNode>()
  readonly #bySlot = new Array<Shard | undefined>(SLOT_COUNT).fill(undefined)
  readonly #byMaster = new Map<string, Shard>()

  shardOf(slot: number): Shard | undefined {
    return this.#bySlot[slot]
  }

  /** How many slots have a master. */
  get served(): number {
    return this.#bySlot.reduce((count, shard) => (shard === undefined ? count : count + 1), 0)
  }

  /** All shards that serve slots, or did. */
  get shards(): readonly Shard[] {
    return [...this.#byMaster.values()]
  }

  /** Says the same for the same map; for comparisons. */
  get signature(): string {
    let text = ''
    let last: Shard | undefined
    this.#bySlot.forEach((shard, slot) => {
      if (shard !== last) text += `${slot}:${shard?.master ?? ''}[${shard?.replicas.join() ?? ''}] `
      last = shard
    })
    return text
  }

  /** A redirection told that the slot is served there now. */
  move(slot: number, address: Address): void {
    const master = addressText(address)
    if (this.nodes.get(master)?.role !== 'master') this.nodes.set(master, { address, role: 'master' })
    this.assign(slot, slot, this.#byMaster.get(master) ?? { master, replicas: [] })
  }

  assign(first: number, last: number, shard: Shard): void {
    this.#byMaster.set(shard.master, shard)
    for (let slot = first; slot <= last && slot < SLOT_COUNT; slot++) this.#bySlot[slot] = shard
  }
}

/** Reads the reply to CLUSTER SHARDS. */
export function readShards(reply: Reply, isTls: boolean, readAddress: ReadAddress): SlotMap {
  const map = new SlotMap()
  for (const entry of listOf(reply)) {
    const fields = fieldsOf(entry)
    const masters: Address[] = []
    const failedMasters: Address[] = []
    const replicas: Address[] = []
    for (const node of listOf(fields.get('nodes'))) {
      const about = fieldsOf(node)
      const port = (isTls ? about.get('tls-port') : undefined) ?? about.get('port') ?? about.get('tls-port')
      const address = readAddress(hostOf(about.get('endpoint')) ?? hostOf(about.get('ip')), Number(port))
      const isUp = about.get('health') !== 'fail' && about.get('health') !== 'failed'
      if (about.get('role') === 'master') (isUp ? masters : failedMasters).push(address)
      else if (isUp) replicas.push(address)
    }
    const ranges = rangesOf(listOf(fields.get('slots')))
    // A failed master keeps its slots until a replica has taken them: whoever needs them waits for either.
    const master = masters[0] ?? (ranges.length > 0 ? failedMasters[0] : undefined)
    if (master !== undefined) add(map, ranges, master, replicas)
  }
  return map
}

/** Reads the reply to CLUSTER SLOTS. */
export function readSlots(reply: Reply, readAddress: ReadAddress): SlotMap {
  const map = new SlotMap()
  for (const entry of listOf(reply)) {
    const [first, last, ...nodes] = listOf(entry)
    const [master, ...replicas] = nodes.map((node) => {
      const [host, port] = listOf(node)
      return readAddress(hostOf(host), Number(port))
    })
    if (master !== undefined) add(map, [[Number(first), Number(last)]], master, replicas)
  }
  return map
}

function add(
  map: SlotMap,
  ranges: readonly (readonly [number, number])[],
  master: Address,
  replicas: readonly Address[],
): void {
  map.nodes.set(addressText(master), { address: master, role: 'master' })
  for (const address of replicas) map.nodes.set(addressText(address), { address, role: 'replica' })
  const shard = { master: addressText(master), replicas: replicas.map(addressText).sort() }
  for (const [first, last] of ranges) map.assign(first, last, shard)
}

function rangesOf(slots: readonly Reply[]): [number, number][] {
  const ranges: [number, number][] = []
  for (let index = 0; index + 1 < slots.length; index += 2) {
    ranges.push([Number(slots[index]), Number(slots[index + 1])])
  }
  return ranges
}

/** Undefined for a node that does not know its own name: then it is where it was asked. */
function hostOf(reply: Reply | undefined): string | undefined {
  return typeof reply === 'string' && reply !== '' && reply !== '?' ? reply : undefined
}

function listOf(reply: Reply | undefined): readonly Reply[] {
  return Array.isArray(reply) ? reply : []
}
