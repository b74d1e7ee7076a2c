/** A thread of the store, as the broker sees it: requests go in, answers come out in the order of the requests. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { QueueFullError } from '../../connection/errors.ts'
import { StoreError } from '../errors.ts'
import type { Failure, Request, Response, ThreadOptions } from './messages.ts'

interface Call {
  readonly resolve: (value: never) => void
  readonly reject: (error: Error) => void
}

export class StoreThread {
  readonly #worker: Worker
  readonly #maxCalls: number
  readonly #calls = new Map<number, Call>()
  #nextCall = 1
  #broken: StoreError | undefined
  #onResponse: (response: Response) => void = () => undefined
  #onBroken: (error: StoreError) => void = () => undefined

  private constructor(worker: Worker, maxCalls: number) {
    this.#worker = worker
    this.#maxCalls = maxCalls
    worker.on('message', (response: Response) => this.#take(response))
    worker.on('error', (error) =>
      this.#break({ code: 'STORE_FAILED', message: `The store has ended by itself: ${error.message}` }),
    )
    worker.on('exit', () => this.#break({ code: 'STORE_FAILED', message: 'The store has ended.' }))
  }

  /**
   * Starts a thread and waits until it has the store open.
   *
   * @throws StoreError
   */
  static async start(role: 'writer' | 'reader', options: ThreadOptions): Promise<StoreThread> {
    // The same ending as this file has: `.ts` in a checkout, `.js` in the package.
    const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    const worker = new Worker(new URL(`./${role}-thread.${ending}`, import.meta.url), {
      workerData: options,
      name: `longwire ${role}`,
      // Flags of the program, such as --input-type, are not for this thread.
      execArgv: [],
    })
    const [answer] = (await once(worker, 'message')) as [Response]
    if (answer.kind === 'refused') {
      await worker.terminate()
      throw new StoreError(answer.failure.code, answer.failure.message)
    }
    return new StoreThread(worker, options.maxReads)
  }

  /** Who takes answers that belong to no call, and who is told, once, that the thread has ended by itself. */
  listen(onResponse: (response: Response) => void, onBroken: (error: StoreError) => void): void {
    this.#onResponse = onResponse
    this.#onBroken = onBroken
  }

  send(request: Request): void {
    this.#worker.postMessage(request)
  }

  /** @throws QueueFullError, StoreError */
  call<T>(method: string, ...args: unknown[]): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#broken !== undefined) throw this.#broken
      if (this.#calls.size >= this.#maxCalls) throw new QueueFullError('queue of reads', this.#maxCalls)
      const id = this.#nextCall++
      this.#calls.set(id, { resolve, reject })
      this.send({ kind: 'call', id, method, args })
    })
  }

  /** Finishes what was sent before. */
  async close(): Promise<void> {
    if (this.#broken === undefined) {
      const closed = once(this.#worker, 'exit')
      this.send({ kind: 'close' })
      await closed
    }
    await this.#worker.terminate()
  }

  #take(response: Response): void {
    switch (response.kind) {
      case 'returned':
        this.#settle(response.id, ({ resolve }) => resolve(response.value as never))
        break
      case 'threw':
        this.#settle(response.id, ({ reject }) => reject(errorOf(response.failure)))
        break
      case 'broken':
        this.#break(response.failure)
        break
      case 'closed':
        this.#onBroken = () => undefined
        break
      default:
        this.#onResponse(response)
    }
  }

  #settle(id: number, how: (call: Call) => void): void {
    const call = this.#calls.get(id)
    this.#calls.delete(id)
    if (call !== undefined) how(call)
  }

  #break(failure: Failure): void {
    if (this.#broken !== undefined) return
    this.#broken = errorOf(failure)
    for (const { reject } of this.#calls.values()) reject(this.#broken)
    this.#calls.clear()
    this.#onBroken(this.#broken)
  }
}

export function errorOf({ code, message }: Failure): StoreError {
  return new StoreError(code, message)
}
