/** `longwire redis stats`: facts of the server, and the pool after a short use. */
import type { RedisPool } from '../../src/redis/pool.ts'
import type { PoolStats } from '../../src/redis/stats.ts'
import { bytesText, countText, durationText } from './amounts.ts'
import { serverText } from './ping.ts'
import { type ServerFacts, serverFacts } from './server-facts.ts'
import { listLines } from './table.ts'

const callers = 10
const callsEach = 100

/** What the short use came to. Times in milliseconds. */
interface Use {
  readonly callers: number
  readonly calls: number
  readonly tookMs: number
  readonly medianMs: number
  readonly p99Ms: number
  readonly longestMs: number
}

export async function stats(redis: RedisPool, shownUrl: string, isJson: boolean): Promise<void> {
  const use = await useShortly(redis)
  const server = await serverFacts(redis)
  const pool = redis.stats()
  if (isJson) {
    console.log(JSON.stringify({ url: shownUrl, server, use, pool }, null, 2))
    return
  }
  const lines = [
    `Server ${shownUrl}`,
    ...listLines(serverRows(server)),
    '',
    `Pool after ${countText(use.calls)} PINGs by ${use.callers} callers and a lease`,
    ...listLines(poolRows(use, pool)),
  ]
  console.log(lines.join('\n'))
}

/** Some callers in turn, and a lease. */
async function useShortly(redis: RedisPool): Promise<Use> {
  await redis.ping()
  const times: number[] = []
  const startedAtMs = performance.now()
  await Promise.all(
    Array.from({ length: callers }, async () => {
      for (let count = 0; count < callsEach; count++) {
        const sentAtMs = performance.now()
        await redis.ping()
        times.push(performance.now() - sentAtMs)
      }
    }),
  )
  const tookMs = performance.now() - startedAtMs
  await redis.lease((connection) => connection.ping())
  times.sort((a, b) => a - b)
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))]!
  return { callers, calls: times.length, tookMs, medianMs: at(0.5), p99Ms: at(0.99), longestMs: at(1) }
}

function serverRows(facts: ServerFacts): [string, string][] {
  const { keyspaceHits, keyspaceMisses, keys } = facts
  const asked = (keyspaceHits ?? 0) + (keyspaceMisses ?? 0)
  const databases = Object.entries(keys).map(([name, count]) => `${name} ${countText(count)}`)
  const known = (value: number | undefined, text: (value: number) => string = countText): string =>
    value === undefined ? 'not told' : text(value)
  return [
    ['server', serverText(facts)],
    ['replicas', known(facts.replicas)],
    [
      'clients',
      `${known(facts.clients)} of ${known(facts.maxClients)}, ${known(facts.blockedClients)} blocked`,
    ],
    [
      'memory',
      `${known(facts.memoryBytes, bytesText)} of ${known(facts.maxMemoryBytes, (bytes) => (bytes === 0 ? 'no limit' : bytesText(bytes)))} (${facts.maxMemoryPolicy ?? 'policy not told'})`,
    ],
    ['keys', databases.length === 0 ? 'none' : databases.join(', ')],
    ['commands', `${known(facts.commands)}, at present ${known(facts.opsPerSecond)}/s`],
    ['hits', asked === 0 ? 'nothing was asked' : `${((100 * (keyspaceHits ?? 0)) / asked).toFixed(1)} %`],
    ['evicted keys', known(facts.evictedKeys)],
    ['connections', `${known(facts.connections)} so far, ${known(facts.rejectedConnections)} rejected`],
    [
      'idle timeout',
      known(facts.idleTimeoutSeconds, (seconds) => (seconds === 0 ? 'none' : durationText(seconds * 1000))),
    ],
  ]
}

function poolRows(use: Use, pool: PoolStats): [string, string][] {
  const { medianMs, p99Ms, longestMs, tookMs, calls } = use
  return [
    ['connections', `${pool.open} open of at most ${pool.size}, ${pool.idle} idle, ${pool.leased} leased`],
    [
      'round trip',
      `median ${durationText(medianMs)}, p99 ${durationText(p99Ms)}, longest ${durationText(longestMs)}`,
    ],
    ['rate', `${countText(calls / (tookMs / 1000))} calls/s by ${use.callers} callers`],
    ['bytes', `${bytesText(pool.readBytes)} read, ${bytesText(pool.writtenBytes)} written`],
    ['keep-alive', `a ping after ${durationText(pool.keepAliveMs)} of silence`],
    ['leases', countText(pool.leases)],
    ['waits', countText(pool.waits)],
    ['retries', countText(pool.retries)],
    ['timeouts', countText(pool.timeouts)],
    ['reconnects', countText(pool.reconnects)],
    ['failed dials', countText(pool.dialFailures)],
  ]
}
