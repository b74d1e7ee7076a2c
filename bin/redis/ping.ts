/** `longwire redis ping`. */
import type { RedisPool } from '../../src/redis/pool.ts'
import { durationText } from './amounts.ts'
import { type ServerFacts, serverFacts } from './server-facts.ts'

export async function ping(redis: RedisPool): Promise<void> {
  // The first opens the connection; the second tells the round trip.
  await redis.ping()
  const startedAtMs = performance.now()
  await redis.ping()
  const roundTripMs = performance.now() - startedAtMs
  const facts = await serverFacts(redis)
  const [connection] = redis.stats().connections
  console.log(`PONG from ${connection?.address ?? 'the server'} in ${durationText(roundTripMs)}`)
  console.log(`${serverText(facts)}, RESP${connection?.protocol ?? ''}`)
}

/** `Redis 7.0.15, standalone, master, up 3 d 4 h`. */
export function serverText({ name, mode, role, uptimeSeconds, refusal }: ServerFacts): string {
  if (name === undefined) return `Version unknown${refusal === undefined ? '' : ` (${refusal})`}`
  const up = uptimeSeconds === undefined ? undefined : `up ${durationText(uptimeSeconds * 1000)}`
  return [name, mode, role, up].filter((part) => part !== undefined).join(', ')
}
