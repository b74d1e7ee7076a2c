/** `longwire/redis`: the Redis connection pool. */
export type { CallOptions, CallReceiver } from '../redis/call.ts'
export { Client, type ScriptInput } from '../redis/client.ts'
export type { ClusterOptions } from '../redis/cluster/options.ts'
export type { Double, Integer, Key } from '../redis/commands/commands.ts'
export { createPool } from '../redis/create-pool.ts'
export * from '../redis/errors.ts'
export { Lease } from '../redis/lease.ts'
export type { PoolOptions, ServerOptions } from '../redis/options.ts'
export { type LeaseOptions, RedisPool } from '../redis/pool.ts'
export type { PoolEmitter, PoolEvents } from '../redis/pool-events.ts'
export type { Argument } from '../redis/resp/encoder.ts'
export { Push, type Reply } from '../redis/resp/reply.ts'
export type { SentinelOptions } from '../redis/sentinel/options.ts'
export { slotOf } from '../redis/slot.ts'
export type {
  ConnectionActivity,
  ConnectionStats,
  ConnectionUse,
  CounterValues,
  PoolStats,
} from '../redis/stats.ts'
export type { GroupEntry, GroupOptions } from '../redis/stream-reader.ts'
export type {
  Gap,
  Message,
  SubscribeOptions,
  Subscription,
  SubscriptionKind,
} from '../redis/subscription.ts'
