/** The C program that plays the members of a room, and what it reports (load/load.c). */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { BenchError } from '../bench-error.ts'
import { startChild } from '../child-process.ts'
import { compileC } from '../compile.ts'
import { pinned } from '../cores.ts'
import type { Peer } from './peer.ts'

export interface LoadOptions {
  readonly members: number
  /** 0: nobody sends, and the connections stay until `finish`. */
  readonly senders: number
  readonly window: number
  readonly warmupMs: number
  readonly measureMs: number
}

/** What the load generator counted. */
export interface LoadResult {
  readonly measuredNs: number
  /** Messages that arrived in the measured time, over all members. */
  readonly deliveries: number
  /** Messages that a member who stayed never got. */
  readonly lost: number
  /** Messages that a member got again, or after later ones of the same sender. */
  readonly doubled: number
  /** Texts that were no messages of this bench, or messages with changed bytes. */
  readonly foreign: number
  /** Members that the server ended. */
  readonly gone: number
  readonly latencyCounts: readonly (readonly [bucket: number, count: number])[]
}

type Happening = 'connected' | 'measuring' | 'measured'
type Report = { readonly event: Happening } | ({ readonly event: 'result' } & LoadResult)

/** Compiles it; returns its path. */
export function compileLoadGenerator(): string {
  return compileC('fanout-load', fileURLToPath(new URL('load/load.c', import.meta.url)))
}

export class LoadGenerator implements Disposable {
  readonly pid: number
  readonly #child: ChildProcess
  readonly #result: Promise<LoadResult>
  readonly #happened = new Map<Happening, PromiseWithResolvers<void>>()

  /** Starts it against a server. */
  constructor(program: string, core: number, address: URL, peer: Peer, options: LoadOptions) {
    const args = [
      ...['--port', address.port, '--path', peer.path, '--dialect', peer.dialect],
      ...['--members', String(options.members), '--senders', String(options.senders)],
      ...['--window', String(options.window)],
      ...['--warmup-ms', String(options.warmupMs), '--measure-ms', String(options.measureMs)],
    ]
    this.#child = startChild(pinned({ program, args }, core), ['pipe', 'pipe', 'pipe'])
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
    if (this.#child.pid === undefined) throw new BenchError('load-failed', 'taskset could not be started')
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

  /**
   * Waits for its end; idle connections end now.
   *
   * @throws BenchError `load-failed`
   */
  async finish(): Promise<LoadResult> {
    this.#child.stdin?.end()
    return this.#result
  }

  [Symbol.dispose](): void {
    this.#child.kill('SIGKILL')
  }

  async #follow(): Promise<LoadResult> {
    const { stdout, stderr } = this.#child
    if (stdout === null || stderr === null) throw new BenchError('load-failed', 'it has no output')
    const ended = once(this.#child, 'exit')
    const complaint = text(stderr)
    let result: LoadResult | undefined
    for await (const line of createInterface({ input: stdout })) {
      const report: Report = JSON.parse(line)
      if (report.event === 'result') result = report
      else this.#happened.get(report.event)?.resolve()
    }
    await ended
    if (result === undefined) throw new BenchError('load-failed', (await complaint).trim())
    return result
  }
}
