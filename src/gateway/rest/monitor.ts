/**
 * What Redis carries out, as server-sent events: `data: "OK"`, then `data: TIME [DB ADDRESS] "COMMAND" "WORD"…` for each
 * command of every client. It costs Redis a copy of all that it does, so there is one at a time to a pool.
 */
import type { RedisPool } from '../../redis/pool.ts'
import type { GatewayReply, ReplyHeaders } from '../exchange.ts'
import { eventHeaders, eventOf } from './subscription.ts'

const monitored = new WeakSet<RedisPool>()

/**
 * Streams until the client leaves; one that reads more slowly than Redis works is cut off. Throws what keeps it
 * from beginning. `busy` is called instead where another is under way.
 */
export async function streamMonitor(
  pool: RedisPool,
  reply: GatewayReply,
  busy: (message: string, headers: ReplyHeaders) => void,
): Promise<void> {
  if (monitored.has(pool)) return busy('Another client monitors already.', { 'Retry-After': '10' })
  monitored.add(pool)
  try {
    const signal = reply.closed
    await pool.lease(
      async (connection) => {
        const lines = await connection.monitor({ signal })
        const stream = reply.stream(200, eventHeaders)
        stream.write(eventOf('"OK"'))
        try {
          for await (const line of lines) if (!stream.write(eventOf(line))) await stream.drained()
        } catch {
          // The stream has begun, so its end is all that can be told: clients of event streams come again.
        } finally {
          stream.end()
        }
      },
      { signal },
    )
  } finally {
    monitored.delete(pool)
  }
}
