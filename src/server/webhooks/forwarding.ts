/** What of a client's connect request is sent along with every call about it: headers that the configuration names. */
import type { ChatHandlers, Client, ConnectRequest } from '../../chat/handlers.ts'

/** What a header may hold on its way out; what a client writes in a command can be anything. */
const sane = /^[\t\x20-\x7e\x80-\xff]{0,8192}$/

/** What is kept of a client for later calls. */
export class ClientMemory {
  readonly headers: Readonly<Record<string, string>>
  /** What the back end wanted to be told again. */
  readonly meta: unknown

  constructor(headers: Readonly<Record<string, string>>, meta: unknown) {
    this.headers = headers
    this.meta = meta
  }
}

export function memoryOf({ meta }: Client): ClientMemory | undefined {
  return meta instanceof ClientMemory ? meta : undefined
}

export class Forwarding {
  readonly #names: readonly string[]

  /** Names in any case. */
  constructor(names: readonly string[]) {
    this.#names = names.map((name) => name.toLowerCase())
  }

  /** Those of the HTTP request before those that the client wrote in its command: proxies vouch for the former. */
  headersOf({ http, headers }: ConnectRequest): Readonly<Record<string, string>> {
    const found: Record<string, string> = {}
    for (const name of this.#names) {
      const value = http?.headers[name] ?? headers[name]
      const text = typeof value === 'string' ? value : value?.join(', ')
      if (text !== undefined && sane.test(text)) found[name] = text
    }
    return found
  }

  /** The same handlers, of whose clients is kept what later calls need, whoever let them in. */
  remember(handlers: ChatHandlers): ChatHandlers {
    const { onConnect } = handlers
    return {
      ...handlers,
      onConnect: async (request) => {
        const answer = await onConnect?.(request)
        const headers = this.headersOf(request)
        return { ...answer, meta: new ClientMemory(headers, answer?.meta) }
      },
    }
  }
}
