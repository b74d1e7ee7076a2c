/** The numbers of all nodes of a cluster in one. */
import type { CounterValues, PoolStats } from '../stats.ts'

/**
 * Adds up. `keepAliveMs` is the shortest of all, and `isDown` where a node can't be reached.
 *
 * `own`: what the cluster has counted itself, and what nodes that are gone have; `waiting`: calls that wait for the
 * map of slots; `subscriptions`: those that belong to no node.
 */
export function addUp(
  nodes: readonly PoolStats[],
  own: readonly CounterValues[],
  waiting: number,
  subscriptions: number,
  isDown: boolean,
  size: number,
): PoolStats {
  const sum = (number: (stats: PoolStats) => number): number =>
    nodes.reduce((total, one) => total + number(one), 0)
  const count = (number: (counters: CounterValues) => number): number =>
    [...nodes, ...own].reduce((total, one) => total + number(one), 0)
  return {
    size: Math.max(
      size,
      sum((one) => one.size),
    ),
    open: sum((one) => one.open),
    opening: sum((one) => one.opening),
    idle: sum((one) => one.idle),
    leased: sum((one) => one.leased),
    inFlight: sum((one) => one.inFlight),
    waitingCalls: waiting + sum((one) => one.waitingCalls),
    waitingLeases: sum((one) => one.waitingLeases),
    subscriptions: subscriptions + sum((one) => one.subscriptions),
    keepAliveMs: Math.min(...nodes.map((one) => one.keepAliveMs), 30_000),
    isDown: isDown || nodes.some((one) => one.isDown),
    connects: count((one) => one.connects),
    closes: count((one) => one.closes),
    retries: count((one) => one.retries),
    leases: count((one) => one.leases),
    leaks: count((one) => one.leaks),
    connections: nodes.flatMap((one) => one.connections),
  }
}
