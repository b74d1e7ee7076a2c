/** What Longwire has to reach, next to what it reached. All of it is ratios to servers in the same table. */

import { kibibytes, times, whole } from '../quantity.ts'
import { ratioOutcome, type Target } from '../target.ts'
import { failuresIn } from './measurement.ts'
import type { PeerName } from './peers.ts'
import { type FanoutResults, idleBytesOf, type Summary, summaryOf } from './results.ts'

/** The size of the room that the targets are about. */
export const targetMembers = 1_000
const idleTargetBytes = 8 * 1_024

/** The targets and how they came out. */
export function fanoutTargets(results: FanoutResults): Target[] {
  const at = (senders: number) => {
    const of = (name: 'longwire' | 'longwire-centrifuge' | 'go' | 'limit') =>
      summaryOf(results, name, targetMembers, senders)
    const centrifuge = of('longwire-centrifuge')
    return { senders, longwire: of('longwire'), centrifuge, go: of('go'), limit: of('limit') }
  }
  const ten = at(10)
  const hundred = at(100)
  return [
    rateTarget(ten, 'go', 3),
    rateTarget(ten, 'limit', 0.8),
    rateTarget(hundred, 'go', 8),
    rateTarget(hundred, 'limit', 0.85),
    historyTarget(ten),
    historyTarget(hundred),
    latencyTarget(ten),
    latencyTarget(hundred),
    nothingLostTarget(ten.senders, 'longwire', ten.longwire),
    nothingLostTarget(hundred.senders, 'longwire', hundred.longwire),
    nothingLostTarget(ten.senders, 'longwire-centrifuge', ten.centrifuge),
    nothingLostTarget(hundred.senders, 'longwire-centrifuge', hundred.centrifuge),
    memoryTarget(idleBytesOf(results, 'longwire')),
  ]
}

interface Compared {
  readonly senders: number
  readonly longwire: Summary | undefined
  readonly centrifuge: Summary | undefined
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

/** What the Centrifuge dialect with history on reaches of the plain one without. */
function historyTarget({ senders, longwire, centrifuge }: Compared): Target {
  const atLeast = 0.7
  return {
    what: `${senders} senders: deliveries/s, longwire-centrifuge (history on) to longwire`,
    goal: `>= ${times(atLeast)}`,
    outcome: ratioOutcome(
      centrifuge?.deliveriesPerSecond,
      longwire?.deliveriesPerSecond,
      (ratio) => ratio >= atLeast,
    ),
  }
}

function nothingLostTarget(senders: number, name: PeerName, summary: Summary | undefined): Target {
  const bad = summary && failuresIn(summary)
  return {
    what: `${senders} senders: ${name}'s members dropped, messages lost, doubled, damaged or unacknowledged`,
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
