/** A client in a process of its own that calls all the time and says when calls succeed again. */
import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { BenchError } from '../bench-error.ts'
import { startChild } from '../child-process.ts'
import { pinned } from '../cores.ts'
import type { ClientName } from './clients.ts'

const program = fileURLToPath(new URL('programs/recovering.ts', import.meta.url))
/** Longer than any client pauses between its dials. */
const patienceMs = 30_000

type Report = { readonly event: 'connected' } | { readonly event: 'back'; readonly atNs: number }

export class RecoveringClient implements Disposable {
  readonly name: ClientName
  readonly #child: ChildProcess
  readonly #reports: AsyncIterator<string>

  private constructor(name: ClientName, child: ChildProcess, reports: AsyncIterator<string>) {
    this.name = name
    this.#child = child
    this.#reports = reports
  }

  /**
   * Starts one, on a core, and waits until it is connected.
   *
   * @throws BenchError `load-failed`
   */
  static async start(name: ClientName, port: number, core: number): Promise<RecoveringClient> {
    const args = [program, name, String(port)]
    const child = startChild(pinned({ program: process.execPath, args }, core), ['ignore', 'pipe', 'inherit'])
    if (child.stdout === null) throw new BenchError('load-failed', 'it has no output')
    const reports = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const client = new RecoveringClient(name, child, reports)
    await client.#next()
    return client
  }

  /**
   * Waits until its calls succeed again; to be called once after each outage.
   *
   * @returns when the first one did, by the machine's clock, in nanoseconds
   * @throws BenchError `load-failed`
   */
  async back(): Promise<number> {
    const report = await this.#next()
    if (report.event !== 'back') throw new BenchError('load-failed', `${this.name} has started anew`)
    return report.atNs
  }

  [Symbol.dispose](): void {
    this.#child.kill('SIGKILL')
  }

  async #next(): Promise<Report> {
    const patience = setTimeout(() => this.#child.kill('SIGKILL'), patienceMs)
    const { done, value } = await this.#reports.next()
    clearTimeout(patience)
    if (done === true) {
      const message = `${this.name} ended, or did not come back within ${patienceMs / 1_000} s`
      throw new BenchError('load-failed', message)
    }
    const report: Report = JSON.parse(value)
    return report
  }
}
