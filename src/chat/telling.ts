/**
 * Handlers that only hear of what has happened cannot change it any more: what goes wrong in one is told as failed, and
 * changes nothing for the client, nor for this process.
 */
import { composeHandlers } from './compose-handlers.ts'
import type { ChatHandlers, Client } from './handlers.ts'
import { isThenable } from './thenable.ts'

type Failed = (error: unknown, what: string) => void

/** The same handlers, of which those that are told of events neither throw nor are waited for. */
export function tellingSafely(handlers: ChatHandlers, failed: Failed): ChatHandlers {
  // Bound to their object, and all of it, wherever they stand in its prototypes.
  const own = composeHandlers(handlers)
  const { onConnected, onSubscribed, onUnsubscribe, onDisconnect } = own
  return {
    ...own,
    ...(onConnected && { onConnected: safely('onConnected', onConnected, failed) }),
    ...(onSubscribed && { onSubscribed: safely('onSubscribed', onSubscribed, failed) }),
    ...(onUnsubscribe && { onUnsubscribe: safely('onUnsubscribe', onUnsubscribe, failed) }),
    ...(onDisconnect && { onDisconnect: safely('onDisconnect', onDisconnect, failed) }),
  }
}

function safely<Event extends unknown[]>(
  name: keyof ChatHandlers,
  tell: (client: Client, ...event: Event) => unknown,
  failed: Failed,
): (client: Client, ...event: Event) => void {
  return telling(tell, (error, { client }, ..._event) => failed(error, `${name} of client ${client} failed`))
}

/** Tells, and hears of what was thrown or rejected. */
export function telling<Told extends unknown[]>(
  tell: (...told: Told) => unknown,
  failed: (error: unknown, ...told: Told) => void,
): (...told: Told) => void {
  return (...told) => {
    try {
      const pending = tell(...told)
      if (isThenable(pending)) pending.then(undefined, (error) => failed(error, ...told))
    } catch (error) {
      failed(error, ...told)
    }
  }
}
