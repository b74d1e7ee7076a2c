/** The numbers of all nodes of a cluster in one. */
import { MAX_SILENCE_MS } from '../keep-alive.ts'
import { addCounters, type ConnectionStats, type CounterValues, type PoolStats } from '../stats.ts'

/** What belongs to no node. */
export interface ClusterShare {
  /** Counts of the cluster itself, and of nodes that are gone. */
  readonly counters: readonly CounterValues[]
  /** Most connections to one node. */
  readonly size: number
  /** Calls that wait for the map of slots. */
  readonly waitingCalls: number
  readonly subscriptions: number
  readonly subscriber: ConnectionStats | undefined
  /** The map of slots could not be had. */
  readonly isDown: boolean
}

/**
 * Adds up; `size` is that of the nodes in use, at least one. `keepAliveMs` is the shortest of all, and `isDown` is
 * so where any node can't be reached.
 */
export function addUp(nodes: readonly PoolStats[], share: ClusterShare): PoolStats {
  const sum = (number: (stats: PoolStats) => number): number =>
    nodes.reduce((total, one) => total + number(one), 0)
  const connections = nodes.flatMap((one) => one.connections)
  return {
    ...addCounters([...nodes, ...share.counters]),
    size: share.size * Math.max(nodes.length, 1),
    open: sum((one) => one.open),
    opening: sum((one) => one.opening),
    idle: sum((one) => one.idle),
    leased: sum((one) => one.leased),
    inFlight: sum((one) => one.inFlight),
    waitingCalls: share.waitingCalls + sum((one) => one.waitingCalls),
    waitingLeases: sum((one) => one.waitingLeases),
    subscriptions: share.subscriptions + sum((one) => one.subscriptions),
    keepAliveMs: Math.min(...nodes.map((one) => one.keepAliveMs), MAX_SILENCE_MS),
    isDown: share.isDown || nodes.some((one) => one.isDown),
    connections: share.subscriber === undefined ? connections : [...connections, share.subscriber],
  }
}
