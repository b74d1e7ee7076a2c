/** Work that somebody posted to a connection, answered exactly once. */
export class Task {
  readonly #work: () => unknown
  readonly #resolve: (value: unknown) => void
  readonly #reject: (error: unknown) => void

  constructor(work: () => unknown, resolve: (value: unknown) => void, reject: (error: unknown) => void) {
    this.#work = work
    this.#resolve = resolve
    this.#reject = reject
  }

  /** Runs it; returns a promise that never rejects if the work is asynchronous. */
  run(): Promise<void> | undefined {
    try {
      const result = this.#work()
      if (isThenable(result)) return Promise.resolve(result).then(this.#resolve, this.#reject)
      this.#resolve(result)
    } catch (error) {
      this.#reject(error)
    }
    return undefined
  }

  refuse(error: unknown): void {
    this.#reject(error)
  }
}

/** Promises of other libraries and other realms are promises too. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
