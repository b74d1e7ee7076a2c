/** What the publish bench measures. */

import type { Cores } from '../cores.ts'
import type { CoreShares } from '../disturbance.ts'

export interface Contender {
  /** What it is and with which settings, in a sentence. */
  readonly about: string
  /** What an acknowledged publication survives. */
  readonly survives: string

  /**
   * Makes it ready to be measured; returns its version.
   *
   * @throws BenchError `missing-part` where this machine cannot run it
   */
  prepare(): string

  /**
   * Measures it, freshly started on an empty folder.
   *
   * @throws BenchError `load-failed`, `server-failed`
   */
  measure(task: Task): Promise<Measurement>
}

/** One measurement. */
export interface Task {
  readonly rooms: number
  /** Publications under way at a time. */
  readonly publishers: number
  readonly warmupMs: number
  readonly measureMs: number
  readonly cores: Cores
  /** Empty, and removed afterwards. */
  readonly folder: string
}

export interface Measurement extends CoreShares {
  readonly acknowledgedPerSecond: number
  readonly p50Ns: number
  readonly p99Ns: number
}
