/**
 * Rooms as an application uses them: it says with handlers who may do what, attaches the rooms to its HTTP server, and
 * publishes, subscribes and disconnects from its own code.
 *
 * @example
 * const chat = new ChatServer({
 *   handlers: { onConnect: async ({ token }) => ({ user: await userOf(token) }) },
 *   roomOptions: { historySize: 100 },
 * })
 * chat.attach(httpServer)
 * await chat.publish('news', { text: 'We are open.' })
 */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Broker, HistoryOptions, Position, PresenceStats, Published } from '../broker/broker.ts'
import { MemoryBroker } from '../broker/memory/memory.ts'
import { ConnectionClosedError, OptionError } from '../connection/errors.ts'
import type { ConnectionOptions } from '../connection/options.ts'
import { Registry, type RegistryLimits, unlimited } from '../connection/registry.ts'
import { version } from '../connection/version.ts'
import { addressOf } from '../transports/tcp.ts'
import { serveUpgrades } from '../transports/websocket/upgrades.ts'
import { Clients } from './dialects/centrifuge/clients.ts'
import { Disconnect, type DisconnectName } from './dialects/centrifuge/disconnects.ts'
import {
  type CentrifugeLimits,
  type CentrifugeServices,
  type CentrifugeTiming,
  defaultCentrifugeLimits,
  defaultCentrifugeTiming,
} from './dialects/centrifuge/services.ts'
import type { CentrifugeSession } from './dialects/centrifuge/session.ts'
import { CentrifugeStreams } from './dialects/centrifuge/streams.ts'
import { centrifugeWebSockets } from './dialects/centrifuge/websocket.ts'
import type { ChatHandlers, Expiry, SubscribeAnswer } from './handlers.ts'
import { Hub, type HubLimits } from './hub.ts'
import { Moderation, type ModerationOptions } from './moderation/moderation.ts'
import { namespaces } from './namespaces/namespaces.ts'
import type { NamespaceTable } from './namespaces/option-table.ts'
import type { PositionCheckOptions } from './position-check.ts'
import { metaOf } from './publication.ts'
import type { RoomOptions, RoomOptionsOf } from './room-options.ts'
import { type ShownInfo, type ShownPublication, shownInfo, shownPublication } from './shown.ts'
import { isMeant, type Target } from './target.ts'
import { telling, tellingSafely } from './telling.ts'
import { defaultUserLimits, type UserLimits, UserPlaces } from './user-places.ts'

export interface ChatServerOptions {
  readonly handlers?: ChatHandlers
  /** The same for all rooms, or by their names. */
  readonly roomOptions?: Partial<RoomOptions> | RoomOptionsOf
  /** What rooms of each namespace have otherwise; not beside options by name. Default: there are none. */
  readonly namespaces?: NamespaceTable
  /**
   * The namespace in which every user has a personal room (`personal:#ann`), to which the server subscribes their
   * clients of the Centrifuge dialect as they connect. Default: nobody has one.
   */
  readonly personal?: string
  /** Where publications are kept; whoever gives one closes it. Default: in memory, closed with this. */
  readonly broker?: Broker
  readonly limits?: Partial<HubLimits & CentrifugeLimits & RegistryLimits & UserLimits>
  readonly timing?: Partial<CentrifugeTiming>
  readonly connection?: Partial<ConnectionOptions>
  /** Pages of these origins may connect, beside those of the server's own; `*`: all. */
  readonly allowOrigin?: readonly string[]
  /** How often positions are checked. */
  readonly positionCheck?: Partial<PositionCheckOptions>
  /** Where sanctions are kept, how many there may be, who gives orders. */
  readonly moderation?: Omit<ModerationOptions, 'failed'>
  /** Told of what failed on this side: a handler that threw, a store that did not answer. */
  readonly failed?: (error: unknown, what: string) => void
  /** Told when a session is over, for logs. */
  readonly ended?: CentrifugeServices['ended']
}

export interface PublishOptions {
  readonly idempotencyKey?: string
  readonly tags?: Readonly<Record<string, string>>
  /** Not kept, even where the room keeps what is said. */
  readonly skipHistory?: boolean
}

export class ChatServer {
  readonly hub: Hub
  readonly services: CentrifugeServices
  /** Mutes, bans and kicks. */
  readonly moderation: Moderation
  readonly #registry: Registry
  readonly #broker: Broker
  readonly #ownsBroker: boolean
  readonly #connection: Partial<ConnectionOptions>
  readonly #allowOrigin: readonly string[]
  readonly #streams: CentrifugeStreams
  readonly #detachments: (() => void)[] = []

  constructor(options: ChatServerOptions = {}) {
    const { handlers = {}, limits, timing, ended, failed = () => {} } = options
    this.#ownsBroker = options.broker === undefined
    this.#broker = options.broker ?? new MemoryBroker()
    this.#connection = options.connection ?? {}
    this.#allowOrigin = options.allowOrigin ?? []
    this.#registry = new Registry({ ...unlimited, ...limits })
    this.hub = new Hub({
      broker: this.#broker,
      positionCheck: options.positionCheck ?? {},
      limits: limits ?? {},
      roomOptionsOf: roomOptionsOf(options),
      failed: (error, room) => failed(error, `The broker failed for the room ${room}.`),
    })
    this.moderation = new Moderation({ ...options.moderation, failed })
    this.services = {
      hub: this.hub,
      handlers: tellingSafely(handlers, failed),
      clients: new Clients(),
      places: new UserPlaces({ ...defaultUserLimits, ...limits }),
      moderation: this.moderation,
      limits: { ...defaultCentrifugeLimits, ...limits },
      timing: { ...defaultCentrifugeTiming, ...timing },
      node: randomUUID(),
      version,
      personal: options.personal,
      now: Date.now,
      failed,
      ...(ended && { ended: telling(ended, (error) => failed(error, 'Telling of an end failed')) }),
    }
    this.#streams = new CentrifugeStreams({
      services: this.services,
      connection: this.#connection,
      registry: this.#registry,
      allowOrigin: this.#allowOrigin,
      addressOf: ({ socket }) => addressOf(socket),
    })
  }

  /**
   * Answers WebSockets of this HTTP server at `/connection/websocket` and `/connection/uni_websocket`; what asks for
   * other paths is left alone.
   */
  attach(server: Server): void {
    const { services } = this
    this.#detachments.push(
      serveUpgrades(server, {
        routes: centrifugeWebSockets(services, this.#connection, services.limits.messageBytes),
        registry: this.#registry,
        allowOrigin: this.#allowOrigin,
        addressOf: ({ socket }) => addressOf(socket),
        leaveOthers: true,
        refused: () => {},
        failed: (error) => services.failed(error, 'A WebSocket could not be opened.'),
      }),
    )
  }

  /**
   * Answers a request if it is one of a client without WebSocket (`/connection/sse`, `/connection/http_stream`,
   * `/emulation` and the unidirectional ways); `false`: it is the application's, and nothing was done.
   *
   * @example
   * http.createServer((request, response) => chat.handle(request, response) || app(request, response))
   */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    return this.#streams.handle(request, response)
  }

  /**
   * Publishes to a room. Resolves when it is acknowledged.
   *
   * @throws HubRefusal for a name that no room may have, and what the broker throws
   */
  async publish(channel: string, data: unknown, options: PublishOptions = {}): Promise<Published> {
    const { tags, idempotencyKey, skipHistory } = options
    const meta = metaOf(undefined, tags === undefined ? undefined : JSON.stringify(tags))
    return this.hub.publish(channel, { data: jsonOf(data), meta }, { idempotencyKey, skipHistory })
  }

  /** The same data to many rooms; what became of each stands in the order of the channels. */
  broadcast(
    channels: readonly string[],
    data: unknown,
    options: PublishOptions = {},
  ): Promise<PromiseSettledResult<Published>[]> {
    return Promise.allSettled(channels.map((channel) => this.publish(channel, data, options)))
  }

  /**
   * Subscribes sessions to a channel that they need not have asked for. Resolves to how many there are now, when all have
   * been asked. If one could not be subscribed, the others are all the same; then this rejects with the reason of the first.
   *
   * @throws HubRefusal, `CommandError`, and what the broker throws
   */
  async subscribe(target: Target, channel: string, answer: SubscribeAnswer = {}): Promise<number> {
    this.hub.checkRoom(channel)
    const sessions = this.#sessionsOf(target)
    const outcomes = await Promise.allSettled(sessions.map((session) => session.subscribe(channel, answer)))
    const failure = outcomes.find(
      (outcome) =>
        // Whoever has gone meanwhile is not counted.
        outcome.status === 'rejected' && !(outcome.reason instanceof ConnectionClosedError),
    )
    if (failure?.status === 'rejected') throw failure.reason
    return sessions.filter(({ subscriptions }) => subscriptions.has(channel)).length
  }

  /** Ends subscriptions to a channel. Returns how many there were. */
  unsubscribe(target: Target, channel: string): number {
    const sessions = this.#sessionsOf(target).filter(({ subscriptions }) => subscriptions.has(channel))
    for (const session of sessions) session.unsubscribe(channel, 'server')
    return sessions.length
  }

  /** Ends connections, whatever dialect they speak. Returns how many there were. */
  disconnect(
    target: Target,
    reason: DisconnectName | { code: number; reason: string } = 'force-disconnect',
  ): number {
    const people = [...this.moderation.people].filter((person) => isMeant(target, person))
    for (const person of people) person.end(new Disconnect(reason, 'The application ended it.'))
    return people.length
  }

  /**
   * Sends sessions a message outside of all rooms, a JSON value: kept nowhere, and heard by who is connected now.
   * Returns how many there were.
   */
  send(target: Target, data: unknown): number {
    const sessions = this.#sessionsOf(target)
    const json = jsonOf(data)
    for (const session of sessions) session.tellData(json)
    return sessions.length
  }

  /** Says when connections end, instead of what was said before. Returns how many there were. */
  refresh(target: Target, { expiresAt }: Expiry): number {
    const sessions = this.#sessionsOf(target)
    for (const session of sessions) session.refresh(expiresAt)
    return sessions.length
  }

  /** What a room has kept, and where its stream stands. Rejects with what the broker throws. */
  async history(
    channel: string,
    options: HistoryOptions = {},
  ): Promise<Position & { readonly publications: readonly ShownPublication[] }> {
    const { publications, offset, epoch } = await this.hub.history(channel, options)
    return { publications: publications.map(shownPublication), offset, epoch }
  }

  /** Forgets what a room has kept; its offsets go on. */
  removeHistory(channel: string): Promise<void> {
    this.hub.checkRoom(channel)
    return this.#broker.removeHistory(channel)
  }

  /** Who is in a room. */
  async presence(channel: string): Promise<readonly ShownInfo[]> {
    return this.hub.presence(channel).map(shownInfo)
  }

  /** How many clients are in a room, and how many different users. */
  async presenceStats(channel: string): Promise<PresenceStats> {
    return this.hub.presenceStats(channel)
  }

  /** Answers no new connections, asks clients to move, and resolves when all are gone; at the latest after `timeoutMs`. */
  async close(timeoutMs = 5_000): Promise<void> {
    for (const detach of this.#detachments.splice(0)) detach()
    await this.#registry.drain(timeoutMs)
    this.hub.close()
    await this.moderation.close()
    if (this.#ownsBroker) await this.#broker.close()
  }

  #sessionsOf(target: Target): CentrifugeSession[] {
    const { clients } = this.services
    if ('user' in target) return clients.user(target.user).filter((session) => isMeant(target, session))
    const session = clients.client(target.client)
    return session === undefined ? [] : [session]
  }
}

function roomOptionsOf({ roomOptions, namespaces: table, personal }: ChatServerOptions): RoomOptionsOf {
  if (typeof roomOptions === 'function') {
    if (table === undefined) return roomOptions
    throw new OptionError('namespaces', table, 'nothing, since roomOptions are by name already')
  }
  if (personal !== undefined && !Object.hasOwn(table ?? {}, personal)) {
    throw new OptionError('personal', personal, 'one of the namespaces')
  }
  return namespaces(table ?? {}, roomOptions)
}

function jsonOf(data: unknown): string {
  const json: string | undefined = JSON.stringify(data)
  if (json === undefined) throw new TypeError('What is published or sent has to be a JSON value.')
  return json
}
