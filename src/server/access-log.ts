/**
 * A line of the log for each request to the gateway, or for a share of them. It tells the command's name and none of
 * its words: not the path, which holds keys and values, not the query, which may hold a token, and no name that the
 * server does not know, since that could be anything.
 */
import type { Logger } from 'pino'

/** One request that was answered, or could not be. */
export interface AccessEntry {
  readonly requestId: string
  readonly method: string
  /** As the metrics call it. */
  readonly command: string
  readonly status: number
  /** Of the reply's body. */
  readonly bytes: number
  readonly durationMs: number
  readonly remoteAddress: string
  /** The token's name. */
  readonly token: string | undefined
}

export type AccessLog = (entry: AccessEntry) => void

/**
 * `share`: of all requests; 1 logs each, 0.01 every hundredth. `undefined` for 0: whoever has no log need not
 * even make the entries.
 */
export function accessLog(share: number, logger: Logger): AccessLog | undefined {
  if (share <= 0) return undefined
  let due = 0
  return (entry) => {
    due += share
    if (due < 1) return
    due -= 1
    logger.info(entry, 'gateway request')
  }
}
