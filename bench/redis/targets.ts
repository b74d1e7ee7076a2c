/** What Longwire has to reach among Redis clients, next to what it reached: ratios to clients in the same table. */
import { times } from '../quantity.ts'
import { ratioOutcome, type Target } from '../target.ts'
import { type ContenderName, contenderNames } from './contenders.ts'
import { type RedisCase, type RedisResults, summaryOf } from './results.ts'
import { workloads } from './workloads.ts'

interface RateGoal {
  readonly callers: number
  readonly to: ContenderName
  readonly atLeast: number
}

/** For GET. */
const rateGoals: readonly RateGoal[] = [
  { callers: 512, to: 'ioredis', atLeast: 6 },
  { callers: 512, to: 'node-redis', atLeast: 6 },
  { callers: 512, to: 'ioredis-auto', atLeast: 4 },
  { callers: 512, to: 'go-pool', atLeast: 7 },
  { callers: 64, to: 'ioredis', atLeast: 3 },
  { callers: 64, to: 'node-redis', atLeast: 3 },
  { callers: 64, to: 'ioredis-auto', atLeast: 2.2 },
]

const others = contenderNames.filter((name) => name !== 'longwire' && name !== 'limit')

/** The targets and how they came out. */
export function redisTargets(results: RedisResults): Target[] {
  return [
    ...rateGoals.map((goal) => rateTarget(results, goal)),
    ...results.cases.map((one) => latencyTarget(results, one)),
  ]
}

function rateTarget(results: RedisResults, { callers, to, atLeast }: RateGoal): Target {
  const wanted = results.cases.find((one) => one.workload === 'get' && one.callers === callers)
  return {
    what: `GET, ${callers} callers: operations/s, longwire to ${to}`,
    goal: `>= ${times(atLeast)}`,
    outcome: ratioOutcome(
      summaryOf(results, 'longwire', wanted)?.operationsPerSecond,
      summaryOf(results, to, wanted)?.operationsPerSecond,
      (ratio) => ratio >= atLeast,
    ),
  }
}

function latencyTarget(results: RedisResults, wanted: RedisCase): Target {
  const theirs = others.flatMap((name) => summaryOf(results, name, wanted)?.p99Ns ?? [])
  return {
    what: `${workloads[wanted.workload].title}, ${wanted.callers} callers: p99, longwire to the lowest of the others`,
    goal: `<= ${times(1)}`,
    outcome: ratioOutcome(
      summaryOf(results, 'longwire', wanted)?.p99Ns,
      theirs.length === 0 ? undefined : Math.min(...theirs),
      (ratio) => ratio <= 1,
    ),
  }
}
