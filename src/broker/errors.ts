/**
 * Every way in which a broker fails, but for a full queue (`QueueFullError`): a closed table, a class for each kind.
 */
import { LongwireError } from '../connection/errors.ts'

export const brokerErrorCodes = {
  BROKER_CLOSED: 'The broker is closing or closed. Nothing was taken.',
  BROKER_LISTENER: 'The broker has a listener already.',
  STORE_LOCKED: 'Another process has the store open.',
  STORE_CORRUPT: 'The file is no store, or it is damaged.',
  STORE_VERSION: 'The store was written by a newer version of Longwire.',
  STORE_UNREADABLE: 'The file or its directory cannot be opened or made.',
  STORE_FAILED: 'The store could not keep it (the disk may be full). Nothing was kept.',
  STORE_UNCERTAIN: 'The store ended in the middle. Whether this was kept is unknown.',
  STORE_INPUT: 'What is to be imported is not what an export writes, or the store has that room already.',
} as const

export type BrokerErrorCode = keyof typeof brokerErrorCodes

/** Parent of all errors here. */
export class BrokerError extends LongwireError {
  declare readonly code: BrokerErrorCode

  constructor(code: BrokerErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(code, message, options)
  }
}

/** The broker is closing or closed. Nothing was taken. */
export class BrokerClosedError extends BrokerError {
  constructor() {
    super('BROKER_CLOSED', 'The broker is closed.')
  }
}

/** The store cannot be opened, or could not do its work. `code` says which. */
export class StoreError extends BrokerError {}
