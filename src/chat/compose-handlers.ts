/**
 * Several parties have a say about clients: each brings handlers, and together they are one set. They are asked in their
 * order, by the rule that `ChatHandlers` states: the first answer decides, `undefined` leaves it to the next, what is
 * thrown refuses. Whoever only hears of things hears all of them.
 */
import type { Awaitable, ChatHandlers } from './handlers.ts'
import { isThenable } from './thenable.ts'

/** What holds only a few handlers makes a set that has only those. */
export function composeHandlers(...parties: readonly ChatHandlers[]): ChatHandlers {
  const composed: Record<string, unknown> = {}
  for (const name of asked) composed[name] = firstAnswer(bound(parties, name))
  for (const name of told) composed[name] = everybody(bound(parties, name))
  return Object.fromEntries(Object.entries(composed).filter(([, handler]) => handler !== undefined))
}

const asked = [
  'onConnect',
  'onSubscribe',
  'onPublish',
  'onPresence',
  'onHistory',
  'onRpc',
  'onRefresh',
  'onSubRefresh',
  'onExpire',
  'onSubExpire',
] as const satisfies (keyof ChatHandlers)[]

const told = [
  'onMessage',
  'onConnected',
  'onSubscribed',
  'onUnsubscribe',
  'onDisconnect',
] as const satisfies (keyof ChatHandlers)[]

type Handler = (...given: unknown[]) => Awaitable<unknown>

function bound(parties: readonly ChatHandlers[], name: keyof ChatHandlers): Handler[] {
  return parties.flatMap((party) => {
    const handler = party[name] as Handler | undefined
    return handler === undefined ? [] : [handler.bind(party)]
  })
}

/** Answers without a promise where all who are asked do: publications keep their order by that. */
function firstAnswer(handlers: readonly Handler[]): Handler | undefined {
  const ask = (from: number, given: unknown[]): Awaitable<unknown> => {
    for (let index = from; index < handlers.length; index++) {
      const answer = handlers[index]!(...given)
      if (isThenable(answer)) {
        return Promise.resolve(answer).then((value) => (value === undefined ? ask(index + 1, given) : value))
      }
      if (answer !== undefined) return answer
    }
    return undefined
  }
  return handlers.length < 2 ? handlers[0] : (...given) => ask(0, given)
}

/** Tells all at once, whoever of them fails; settles when the last has, and then fails with what failed. */
function everybody(handlers: readonly Handler[]): Handler | undefined {
  if (handlers.length < 2) return handlers[0]
  return (...given) => {
    const failures: unknown[] = []
    const pending: PromiseLike<unknown>[] = []
    for (const handler of handlers) {
      try {
        const told = handler(...given)
        if (isThenable(told)) pending.push(told)
      } catch (error) {
        failures.push(error)
      }
    }
    if (pending.length === 0) return throwAll(failures)
    return Promise.allSettled(pending).then((outcomes) => {
      for (const outcome of outcomes) if (outcome.status === 'rejected') failures.push(outcome.reason)
      return throwAll(failures)
    })
  }
}

function throwAll(failures: readonly unknown[]): undefined {
  if (failures.length === 1) throw failures[0]
  if (failures.length > 1) throw new AggregateError(failures, 'Several of those who were told failed.')
  return undefined
}
