/** What Longwire has to reach, next to what it reached. All of it is ratios to servers in the same table. */

import { kibibytes, times, whole } from '../quantity.ts'
import { ratioOutcome, type Target } from '../target.ts'
import { type FanoutResults, idleBytesOf, type Summary, summaryOf } from './results.ts'

/** The size of the room that the targets are about. */
export const targetMembers = 1_000
const idleTargetBytes = 8 * 1_024

/** The targets and how they came out. */
export function fanoutTargets(results: FanoutResults): Target[] {
  const at = (senders: number) => {
    const of = (name: 'longwire' | 'go' | 'limit') => summaryOf(results, name, targetMembers, senders)
    return { senders, longwire: of('longwire'), go: of('go'), limit: of('limit') }
  }
  const ten = at(10)
  const hundred = at(100)
  return [
    rateTarget(ten, 'go', 3),
    rateTarget(ten, 'limit', 0.8),
    rateTarget(hundred, 'go', 8),
    rateTarget(hundred, 'limit', 0.85),
    latencyTarget(ten),
    latencyTarget(hundred),
    nothingLostTarget(ten),
    nothingLostTarget(hundred),
    memoryTarget(idleBytesOf(results, 'longwire')),
  ]
}

interface Compared {
  readonly senders: number
  readonly longwire: Summary | undefined
  readonly go: Summary | undefined
  readonly limit: Summary | undefined
}

function rateTarget(compared: Compared, to: 'go' | 'limit', atLeast: number): Target {
  const { senders, longwire } = compared
  const other = compared[to]
  return {
    what: `${senders} senders: deliveries/s, longwire to ${to}`,
    goal: `>= ${times(atLeast)}`,
    outcome: ratioOutcome(
      longwire?.deliveriesPerSecond,
      other?.deliveriesPerSecond,
      (ratio) => ratio >= atLeast,
    ),
  }
}

function latencyTarget({ senders, longwire, go }: Compared): Target {
  const below = 0.2
  return {
    what: `${senders} senders: p99 latency, longwire to go`,
    goal: `< ${times(below)}`,
    outcome: ratioOutcome(longwire?.p99Ns, go?.p99Ns, (ratio) => ratio < below),
  }
}

function nothingLostTarget({ senders, longwire }: Compared): Target {
  const bad = longwire && longwire.gone + longwire.lost + longwire.doubled + longwire.foreign
  return {
    what: `${senders} senders: longwire's members dropped, messages lost, doubled or damaged`,
    goal: '0',
    outcome: bad === undefined ? undefined : { measured: whole(bad), isMet: bad === 0 },
  }
}

function memoryTarget(bytes: number | undefined): Target {
  return {
    what: 'resident memory per idle connection of longwire',
    goal: `<= ${kibibytes(idleTargetBytes)}`,
    outcome:
      bytes === undefined ? undefined : { measured: kibibytes(bytes), isMet: bytes <= idleTargetBytes },
  }
}
