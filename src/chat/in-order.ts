/**
 * Questions are asked side by side, and what follows from their answers is done in the order of the questions: a
 * publication whose handler answers late is not overtaken by the next one of the same client.
 */
import type { Awaitable } from './handlers.ts'
import { isThenable } from './thenable.ts'

export class InOrder {
  /** Settles when all before has been begun; `undefined`: nothing waits. */
  #last: Promise<unknown> | undefined

  /** Does `next` with the answer, after what came before has been begun; at once if nobody is waited for. */
  inOrder<Answer, Result>(
    asked: Awaitable<Answer>,
    next: (answer: Answer) => Promise<Result>,
  ): Promise<Result> {
    const before = this.#last
    if (before === undefined && !isThenable(asked)) return next(asked)
    // The promise of an answer may reject while it waits.
    const answered = Promise.allSettled([asked, before])
    const begun = answered.then(([outcome]) => {
      if (this.#last === begun) this.#last = undefined
      if (outcome.status === 'rejected') throw outcome.reason
      // What is begun need not be done before the next begins.
      return { done: next(outcome.value) }
    })
    this.#last = begun
    return begun.then(({ done }) => done)
  }
}
