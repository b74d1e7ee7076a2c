/** What the Redis bench measures, and what it must know of it. */
import type { Cores } from '../cores.ts'
import type { ServerProcess } from '../server-process.ts'
import type { Measurement } from './measurement.ts'
import type { WorkloadName } from './workloads.ts'

export interface Contender {
  readonly name: string
  /** What it is and with which settings, in a sentence. */
  readonly about: string
  /** Workloads that it has no way to do. */
  readonly lacks?: readonly WorkloadName[]

  /**
   * Makes it ready to be measured.
   *
   * @throws BenchError `missing-part` or `build-failed` where this machine cannot run it
   */
  prepare(): PreparedContender
}

export interface PreparedContender {
  readonly version: string

  /**
   * Measures it against a server that has just been filled.
   *
   * @throws BenchError `load-failed`, `server-failed`; also for a single wrong reply
   */
  measure(server: ServerProcess, task: Task): Promise<Measurement>
}

/** One measurement. */
export interface Task {
  readonly workload: WorkloadName
  readonly callers: number
  readonly warmupMs: number
  readonly measureMs: number
  readonly cores: Cores
}
