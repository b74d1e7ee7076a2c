/** What Longwire has to reach among gateways, next to what it reached: ratios to gateways in the same table. */
import { percent, times } from '../quantity.ts'
import { outcomeOf, type Target } from '../target.ts'
import type { PeerName } from './peers.ts'
import { type GatewayCase, type GatewayResults, ratioInTurns } from './results.ts'
import { workloads } from './workloads.ts'

const rateGoals: readonly { readonly to: PeerName; readonly atLeast: number }[] = [
  { to: 'webdis', atLeast: 1.3 },
  { to: 'nginx', atLeast: 1.5 },
  { to: 'ioredis', atLeast: 1.5 },
]

/** The targets and how they came out. */
export function gatewayTargets(results: GatewayResults, rateShares: readonly number[]): Target[] {
  return results.cases.flatMap((one) => [
    ...rateGoals.map(({ to, atLeast }) => rateTarget(results, one, to, atLeast)),
    ...rateShares.map((share, index) => latencyTarget(results, one, share, index)),
  ])
}

function placeOf({ workload, connections }: GatewayCase): string {
  return `${workloads[workload].title}, ${connections} connections`
}

function rateTarget(results: GatewayResults, one: GatewayCase, to: PeerName, atLeast: number): Target {
  return {
    what: `${placeOf(one)}: requests/s, longwire to ${to}`,
    goal: `>= ${times(atLeast)}`,
    outcome: outcomeOf(
      ratioInTurns(results, ['longwire', to], one, ({ wrk }) => wrk.requestsPerSecond),
      (ratio) => ratio >= atLeast,
    ),
  }
}

function latencyTarget(results: GatewayResults, one: GatewayCase, share: number, index: number): Target {
  return {
    what: `${placeOf(one)}: p99 at ${percent(share)} of webdis's rate, longwire to webdis`,
    goal: `<= ${times(1)}`,
    outcome: outcomeOf(
      ratioInTurns(results, ['longwire', 'webdis'], one, ({ paced }) => paced[index]?.p99Ns),
      (ratio) => ratio <= 1,
    ),
  }
}
