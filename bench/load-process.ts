/** A program that makes load and reports in lines of JSON on its standard output: how far it is, then its result. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { BenchError } from './bench-error.ts'
import { startChild } from './child-process.ts'
import type { Command } from './command.ts'

export type Happening = 'connected' | 'measuring' | 'measured'
type Report<Result> = { readonly event: Happening } | ({ readonly event: 'result' } & Result)

export class LoadProcess<Result> implements Disposable {
  readonly pid: number
  readonly #child: ChildProcess
  readonly #result: Promise<Result>
  readonly #happened = new Map<Happening, PromiseWithResolvers<void>>()

  /** Starts it. */
  constructor(command: Command) {
    this.#child = startChild(command, ['pipe', 'pipe', 'pipe'])
    for (const happening of ['connected', 'measuring', 'measured'] as const) {
      const promise = Promise.withResolvers<void>()
      // A failure is told by `finish`; who waits for nothing must not crash the bench.
      promise.promise.catch(() => undefined)
      this.#happened.set(happening, promise)
    }
    this.#result = this.#follow()
    this.#result.catch((error) => {
      for (const { reject } of this.#happened.values()) reject(error)
    })
    if (this.#child.pid === undefined)
      throw new BenchError('load-failed', `${command.program} could not be started`)
    this.pid = this.#child.pid
  }

  /**
   * Waits until it says that something has happened.
   *
   * @throws BenchError `load-failed`
   */
  async until(happening: Happening): Promise<void> {
    await this.#happened.get(happening)?.promise
  }

  /** Writes a line to its input. */
  tell(line: string): void {
    this.#child.stdin?.write(`${line}\n`)
  }

  /**
   * Ends its input and waits for its end.
   *
   * @throws BenchError `load-failed`
   */
  async finish(): Promise<Result> {
    this.#child.stdin?.end()
    return this.#result
  }

  [Symbol.dispose](): void {
    this.#child.kill('SIGKILL')
  }

  async #follow(): Promise<Result> {
    const { stdout, stderr } = this.#child
    if (stdout === null || stderr === null) throw new BenchError('load-failed', 'it has no output')
    const ended = once(this.#child, 'exit')
    const complaint = text(stderr)
    let result: Result | undefined
    for await (const line of createInterface({ input: stdout })) {
      const report: Report<Result> = JSON.parse(line)
      if (report.event === 'result') result = report
      else this.#happened.get(report.event)?.resolve()
    }
    await ended
    if (result === undefined) throw new BenchError('load-failed', (await complaint).trim())
    return result
  }
}
