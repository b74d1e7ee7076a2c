/** The server of the matrix: rooms on an HTTP server, which does what rows ask of it from outside. */
import { defaultRoomOptions } from '../../../../src/chat/room-options.ts'
import {
  type ChatHandlers,
  CommandError,
  composeHandlers,
  makeToken,
  TokenVerifier,
  tokenHandlers,
} from '../../../../src/exports/chat.ts'
import { type RunningChat, runChat } from '../chat.ts'
import type { ServerActions } from './behaviours.ts'

/** What a row's client may say of itself as it connects. */
interface Introduction {
  readonly name?: string
  /** Rooms that the server is to subscribe it to. */
  readonly rooms?: readonly string[]
}

const secret = 'only for tests, and at least 32 bytes long'

const introductions: ChatHandlers = {
  onConnect: ({ data }) => {
    if (data === undefined || data === null) return undefined
    const { name = '', rooms = [] } = data as Introduction
    return {
      user: name,
      info: { name },
      subscriptions: Object.fromEntries(rooms.map((room) => [room, { isRecoverable: true }])),
    }
  },
  onRpc: (_client, { method, data }) => {
    if (method === 'echo') return { echo: data }
    throw new CommandError('method-not-found')
  },
}

/** Whoever says a name is believed; a token says who somebody is, too. */
const handlers = composeHandlers(
  introductions,
  tokenHandlers({ verifier: new TokenVerifier({ secret }), anonymous: true }),
)

export class MatrixServer implements AsyncDisposable {
  #running: RunningChat
  readonly #allowOrigin: readonly string[]

  private constructor(running: RunningChat, allowOrigin: readonly string[]) {
    this.#running = running
    this.#allowOrigin = allowOrigin
  }

  /** `allowOrigin`: pages from elsewhere that may connect. */
  static async start(allowOrigin: readonly string[] = []): Promise<MatrixServer> {
    return new MatrixServer(await run(0, allowOrigin), allowOrigin)
  }

  get port(): number {
    return this.#running.port
  }

  readonly actions: ServerActions = {
    publish: async (channel, first, last) => {
      const { chat } = this.#running
      for (let number = first; number <= last; number++) await chat.publish(channel, number)
    },
    publishWeather: async (first, last) => {
      const { chat } = this.#running
      for (let number = first; number <= last; number++) await chat.publish('weather', weather(number))
    },
    startAnew: async () => {
      const { port } = this
      await this.#running.close()
      this.#running = await run(port, this.#allowOrigin)
    },
    token: (user, ttlMs) => tokenOf({ sub: user, info: { name: user } }, ttlMs),
    subscriptionToken: (user, channel, ttlMs) => tokenOf({ sub: user, channel }, ttlMs),
    unsubscribe: async (user, channel) => {
      this.#running.chat.unsubscribe({ user }, channel)
    },
    disconnect: async (user) => {
      this.#running.chat.disconnect({ user })
    },
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running.close()
  }
}

function run(port: number, allowOrigin: readonly string[]): Promise<RunningChat> {
  const roomOptions = (room: string) => ({ ...defaultRoomOptions, historySize: room === 'short' ? 5 : 2_000 })
  return runChat({ handlers, roomOptions, allowOrigin }, port)
}

function tokenOf(claims: Readonly<Record<string, unknown>>, ttlMs: number): Promise<string> {
  const goodForMs = 60_000
  if (ttlMs > 0) return makeToken(claims, { secret, ttlMs })
  return makeToken(claims, { secret, ttlMs: goodForMs, now: () => Date.now() - goodForMs + ttlMs })
}

/** Weather of many places, of which one changes. */
function weather(number: number): object {
  const places = Array.from({ length: 50 }, (_, index) => ({
    name: `Ort ${index} in Österreich`,
    temperature: index === number % 50 ? number : 20,
  }))
  return { number, places }
}
