/**
 * Several parties have a say about clients: each brings handlers, and together they are one set. They are asked in their
 * order, by the rule that `ChatHandlers` states: the first answer decides, `undefined` leaves it to the next, what is
 * thrown refuses. Whoever only hears of things hears all of them.
 */
import type { Awaitable, ChatHandlers } from './handlers.ts'

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
      if (answer instanceof Promise) {
        return answer.then((value) => (value === undefined ? ask(index + 1, given) : value))
      }
      if (answer !== undefined) return answer
    }
    return undefined
  }
  return handlers.length < 2 ? handlers[0] : (...given) => ask(0, given)
}

/** Tells all at once; settles when the last has. */
function everybody(handlers: readonly Handler[]): Handler | undefined {
  if (handlers.length < 2) return handlers[0]
  return (...given) => {
    const pending = handlers.map((handler) => handler(...given)).filter((one) => one instanceof Promise)
    return pending.length === 0 ? undefined : Promise.all(pending).then(() => undefined)
  }
}
