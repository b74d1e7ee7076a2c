/**
 * `longwire/broker`: where publications are ordered and kept, the brokers that there are, and the suite of tests that
 * every broker passes, one of your own too.
 */
export type * from '../broker/broker.ts'
export { defaultIdempotencyTtlMs } from '../broker/broker.ts'
export { testBroker } from '../broker/conformance.ts'
export {
  BrokerClosedError,
  BrokerError,
  type BrokerErrorCode,
  brokerErrorCodes,
  StoreError,
} from '../broker/errors.ts'
export { MemoryBroker } from '../broker/memory/memory.ts'
export { backUpStore } from '../broker/sqlite/backup.ts'
export { exportStore, importStore, type TransferCounts } from '../broker/sqlite/export.ts'
export {
  type Durability,
  defaultSqliteBrokerOptions,
  type SqliteBrokerOptions,
} from '../broker/sqlite/options.ts'
export type { Found, SearchOptions, SearchResult } from '../broker/sqlite/search.ts'
export { SqliteBroker } from '../broker/sqlite/sqlite.ts'
