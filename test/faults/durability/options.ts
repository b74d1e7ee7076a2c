/** The command line of the durability run. */
import { parseArgs } from 'node:util'
import { BenchError } from '../../../bench/bench-error.ts'
import { oneOf, secondsIn, wholeIn } from '../../../bench/option-values.ts'

export interface DurabilityOptions {
  readonly durationMs: number
  readonly seed: number
  readonly publishers: number
  readonly subscribers: number
  /** How long the server lives, on the average. */
  readonly lifeMs: number
  /** Between two cuts, at most. */
  readonly cutPauseMs: number
  /** Between two bursts of a publisher, at most. */
  readonly publishPauseMs: number
  readonly durability: 'normal' | 'full'
  readonly store: 'sqlite' | 'memory'
}

const standard = {
  seconds: '60',
  publishers: '50',
  subscribers: '50',
  life: '3',
  cuts: '300',
  pause: '1000',
  durability: 'normal',
  store: 'sqlite',
} as const

export const usage = `Usage: npm run faults -- durability [options]

Publishers with idempotency keys and subscribers that resume, all through proxies that cut connections in every way,
while the server is killed (kill -9) at random moments and started again. Checks that no acknowledged message is lost
and none is there twice, that all saw one order and each publisher's own, and who is present in the end. Exit code 1
where that does not hold.

  --seconds N        how long the server is killed and connections are cut (${standard.seconds})
  --seed N           repeats the choices of an earlier run; when they meet what is still depends on timing (random)
  --publishers N     half over WebSocket, half over TCP (${standard.publishers})
  --subscribers N    by turns over WebSocket, SSE, HTTP streaming, TCP (${standard.subscribers})
  --life SECONDS     how long the server lives, on the average (${standard.life})
  --cuts MS          the longest time between two cuts (${standard.cuts})
  --pause MS         the longest pause of a publisher between two bursts (${standard.pause})
  --durability KIND  normal or full, as for the server (${standard.durability})
  --store STORE      sqlite, or memory, which loses everything at each kill: to see that it is found (${standard.store})`

/** Reads the command line. Throws BenchError `usage`. */
export function parseDurabilityOptions(args: readonly string[], random = Math.random): DurabilityOptions {
  const given = parse(args)
  const values = { ...standard, ...given }
  const maxSeed = 2 ** 32 - 1
  return {
    durationMs: secondsIn('seconds', values.seconds, 1),
    seed: given.seed === undefined ? Math.floor(random() * maxSeed) : wholeIn('seed', given.seed, 0, maxSeed),
    publishers: wholeIn('publishers', values.publishers, 1, 1_000),
    subscribers: wholeIn('subscribers', values.subscribers, 1, 1_000),
    lifeMs: secondsIn('life', values.life, 0.1),
    cutPauseMs: wholeIn('cuts', values.cuts, 1, 3_600_000),
    publishPauseMs: wholeIn('pause', values.pause, 0, 3_600_000),
    durability: oneOf('durability', values.durability, ['normal', 'full']),
    store: oneOf('store', values.store, ['sqlite', 'memory']),
  }
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const
  const names = Object.keys({ ...standard, seed: '' })
  const options = Object.fromEntries(names.map((name) => [name, text]))
  try {
    return parseArgs({ args: [...args], options }).values as Partial<
      Record<keyof typeof standard | 'seed', string>
    >
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new BenchError('usage', `${reason}\n\n${usage}`, { cause: error })
  }
}
