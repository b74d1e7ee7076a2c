/**
 * A client of the Centrifuge protocol on one connection: it connects first, and then its commands are carried out in
 * order. Publications and calls go on while the next commands are handled, up to a bound; their replies come when they
 * are done. All replies and pushes of a turn leave in one frame.
 */
import { randomUUID } from 'node:crypto'
import type { Ending } from '../../../connection/cause.ts'
import type { Connection } from '../../../connection/connection.ts'
import type { Handler } from '../../../connection/handler.ts'
import { TokenBucket } from '../../../connection/token-bucket.ts'
import { fanOutAtTurnEnd, type TurnWork } from '../../../connection/turn.ts'
import type { Visitor } from '../../access.ts'
import type { ClientInfo } from '../../client-info.ts'
import type { Format } from '../../format.ts'
import type { Client, OpeningRequest, SubscribeAnswer } from '../../handlers.ts'
import { InOrder } from '../../in-order.ts'
import type { MemberConnection, Membership, Registrant } from '../../membership.ts'
import type { ModerationNotice } from '../../moderation/notice.ts'
import type { Person } from '../../moderation/person.ts'
import { personName } from '../../person-name.ts'
import { isThenable } from '../../thenable.ts'
import type { GiveBack } from '../../user-places.ts'
import { subscribeByServer } from './commands/by-server.ts'
import { expiryOf } from './commands/expiry.ts'
import { commands, concurrent, unanswered } from './commands/table.ts'
import { Disconnect, disconnectOf, isReconnect } from './disconnects.ts'
import { CommandError, commandErrors } from './errors.ts'
import { formatFor, push } from './formats.ts'
import type { CentrifugeMessage, Framing } from './framing.ts'
import { Heartbeat, type HeartbeatOwner } from './heartbeat.ts'
import { disconnectWith } from './moderated.ts'
import { type Command, encode, encodeErrorReply, encodeReply, pong } from './protocol.ts'
import { refusalOf } from './refusal.ts'
import { disconnectOfRefused } from './refused-connect.ts'
import type { CentrifugeServices } from './services.ts'
import type { Subscription } from './subscription.ts'
import { type UnsubscribeName, unsubscribes } from './unsubscribes.ts'

export type CentrifugeConnection = Connection<CentrifugeMessage, string | Uint8Array>

export interface CentrifugeSessionOptions {
  readonly services: CentrifugeServices
  readonly framing: Framing
  /** The client sends nothing after its first command, and gets bare pushes. */
  readonly isUnidirectional?: boolean
  /** The secret under which this client's requests find its session, where the two ways are apart. */
  readonly emulationSession?: string
  /** With what the connection began, where that was HTTP. */
  readonly http?: OpeningRequest
}

/** Publications and calls of one client under way at once. */
const maxConcurrent = 256

/** Failed commands that are borne: so many at once, and then this many a second. */
const errorBurst = 100
const errorRate = 10

export class CentrifugeSession
  implements
    Handler<CentrifugeMessage, string | Uint8Array>,
    Registrant,
    MemberConnection,
    TurnWork,
    HeartbeatOwner,
    Client,
    Person
{
  readonly services: CentrifugeServices
  readonly framing: Framing
  readonly isUnidirectional: boolean
  readonly emulationSession: string | undefined
  readonly client = randomUUID()
  /** Until the client is connected: afterwards nobody asks, and it would keep memory. */
  http: OpeningRequest | undefined
  readonly memberships: Membership[] = []
  readonly subscriptions = new Map<string, Subscription>()
  /** Publications leave in the order in which they came. */
  readonly publishing = new InOrder()
  user = ''
  isModerator = false
  /** JSON about the person. */
  connInfo: string | undefined
  /** The application's own. */
  meta: unknown
  #link: CentrifugeConnection | undefined
  #isConnected = false
  #givePlaceBack: GiveBack | undefined
  #heartbeat: Heartbeat | undefined
  #cancelStale: (() => void) | undefined
  #cancelExpiry: (() => void) | undefined
  #bucket: TokenBucket | undefined
  #errors: TokenBucket | undefined
  #concurrent = 0
  #lines: string[] = []
  /** What rooms sent before the client knew that it is in them. */
  #held: Buffer[] | undefined
  #heldBytes = 0

  constructor(options: CentrifugeSessionOptions) {
    const { services, framing, isUnidirectional = false, emulationSession } = options
    this.emulationSession = emulationSession
    this.http = options.http
    this.services = services
    this.framing = framing
    this.isUnidirectional = isUnidirectional
  }

  // As a handler of its connection --------------------------------------------------------------------------

  opened(connection: CentrifugeConnection): void {
    this.#link = connection
    this.services.moderation.add(this)
    const { connectTimeoutMs } = this.services.timing
    this.#cancelStale = connection.after(connectTimeoutMs, () =>
      this.end(new Disconnect('stale', `No connect command came within ${connectTimeoutMs} ms.`)),
    )
  }

  message(message: CentrifugeMessage): Promise<void> | undefined {
    return this.#run(this.framing.decode(message, this.isUnidirectional))
  }

  closed(ending: Ending, connection: CentrifugeConnection): void {
    this.services.ended?.(this, ending, connection)
    for (const subscription of this.subscriptions.values()) subscription.cancelExpiry = undefined
    // The others are told who goes, which its subscriptions know.
    this.services.hub.unregisterAll(this)
    this.subscriptions.clear()
    this.services.moderation.remove(this)
    this.#givePlaceBack?.()
    if (!this.#isConnected) return
    this.services.clients.remove(this)
    this.services.handlers.onDisconnect?.(this, disconnectOf(ending))
  }

  // As handlers of applications see it ----------------------------------------------------------------------

  get remoteAddress(): string {
    return this.#link!.remoteAddress
  }

  get transport(): string {
    return this.#link!.kind
  }

  get protocol(): 'json' | 'protobuf' {
    return this.framing.hasBytes === true ? 'protobuf' : 'json'
  }

  get channels(): readonly string[] {
    return [...this.subscriptions.keys()]
  }

  // As a member of rooms ------------------------------------------------------------------------------------

  /** Rooms send through the session, so that a reply is never overtaken by what it is about. */
  get connection(): MemberConnection {
    return this
  }

  get format(): Format {
    return formatFor({ framing: this.framing, joinLeave: false, isUnidirectional: this.isUnidirectional })
  }

  /** Hot path: once for each member of a room in each turn, watched by the bench `fanout`. */
  sendShared(bytes: Buffer, nowMs: number): void {
    if (this.#held !== undefined) {
      this.#hold(bytes)
      return
    }
    if (this.#lines.length > 0) this.flush()
    this.#link!.sendShared(bytes, nowMs)
  }

  sendBytes(bytes: Buffer): boolean {
    if (this.#held !== undefined) return this.#hold(bytes)
    if (this.#lines.length > 0) this.flush()
    return this.#link!.sendBytes(bytes)
  }

  infoIn({ room }: Membership): ClientInfo {
    const chanInfo = this.subscriptions.get(room.name)?.chanInfo
    return { client: this.client, user: this.user, connInfo: this.connInfo, chanInfo }
  }

  /** The name by which members of other dialects know this client. */
  get name(): string {
    if (this.user === '') return this.client
    const info: unknown = this.connInfo === undefined ? undefined : JSON.parse(this.connInfo)
    return personName(this.user, info, this.services.hub.limits.nameLength)
  }

  /** Who this client is to a room that it wants something of. */
  visitorOf(channel: string): Visitor {
    return { user: this.user, isMember: this.subscriptions.has(channel) }
  }

  positionLost({ room }: Membership): void {
    const subscription = this.subscriptions.get(room.name)
    // One that is still catching up is answered with an error, and asks again.
    if (subscription?.membership === undefined) return
    if (subscription.isServerSide) this.end(new Disconnect('insufficient-state'))
    else this.unsubscribe(room.name, 'insufficient-state')
  }

  // As moderation finds it ----------------------------------------------------------------------------------

  /** A message of the server's, for who has been let in. */
  tell(notice: ModerationNotice): void {
    if (this.#isConnected) this.tellData(JSON.stringify({ moderation: notice }))
  }

  expel(notice: ModerationNotice): void {
    for (const membership of this.memberships) membership.isRemoved = true
    this.services.hub.unregisterAll(this)
    this.end(disconnectWith('force-disconnect', notice))
  }

  expelFrom(room: string, { message }: ModerationNotice): void {
    const membership = this.subscriptions.get(room)?.membership
    if (membership !== undefined) membership.isRemoved = true
    this.unsubscribe(room, 'server', message)
  }

  // What commands are made of -------------------------------------------------------------------------------

  get isConnected(): boolean {
    return this.#isConnected
  }

  /** How long a pong may take; 0: none is awaited. */
  get pongTimeoutMs(): number {
    return this.isUnidirectional ? 0 : this.services.timing.pongTimeoutMs
  }

  get isOpen(): boolean {
    return this.#link?.ending === undefined
  }

  /** One of those that its user may have, until it ends. Throws `Disconnect` (3504) if there is none left. */
  takePlace(): void {
    const giveBack = this.services.places.take(this.user)
    if (giveBack === undefined) throw new Disconnect('connection-limit')
    this.#givePlaceBack = giveBack
  }

  /** Until the next reply, what rooms send waits. */
  hold(): void {
    this.#held = []
  }

  #hold(bytes: Buffer): boolean {
    this.#held!.push(bytes)
    this.#heldBytes += bytes.byteLength
    if (this.#heldBytes <= this.services.limits.heldBytes) return true
    this.end(new Disconnect('slow', 'More was said in its rooms than can wait for its connect reply.'))
    return false
  }

  #release(): void {
    const held = this.#held ?? []
    this.#held = undefined
    this.#heldBytes = 0
    for (const bytes of held) this.sendBytes(bytes)
  }

  /** The client has been let in. */
  connected(): void {
    const { timing, clients, handlers } = this.services
    this.#isConnected = true
    this.http = undefined
    this.#cancelStale?.()
    const { pingIntervalMs } = timing
    this.#heartbeat = new Heartbeat(this, { pingIntervalMs, pongTimeoutMs: this.pongTimeoutMs })
    clients.add(this)
    handlers.onConnected?.(this)
    // It was in these before it was let in.
    for (const channel of this.channels) handlers.onSubscribed?.(this, { channel })
  }

  after(delayMs: number, work: () => void): () => void {
    return this.#link!.after(delayMs, work)
  }

  /** When this connection ends unless it is prolonged, in milliseconds since the Unix epoch; `undefined`: never. */
  expireAt(expiresAt: number | undefined, isProlongedByServer = false): void {
    const { handlers } = this.services
    const end = (): void => this.end(new Disconnect('expired'))
    this.#cancelExpiry?.()
    this.#cancelExpiry = this.#expiring(expiresAt, isProlongedByServer, end, async () => {
      const answer = await handlers.onExpire?.(this)
      return answer && (() => this.expireAt(answer.expiresAt, true))
    })
  }

  /** The same, by the server's wish: the client is told. Throws `CommandError` (110) for a time that is over. */
  refresh(expiresAt: number | undefined): void {
    const refresh = `"refresh":${encode(expiryOf(expiresAt, this.services.now()))}`
    this.expireAt(expiresAt)
    this.#pushToClient(refresh)
  }

  /** The same for a subscription. */
  subscriptionExpiresAt(
    subscription: Subscription,
    expiresAt: number | undefined,
    isProlongedByServer = false,
  ): void {
    const { handlers } = this.services
    const { channel, isServerSide } = subscription
    const end = (): void => {
      if (isServerSide) this.end(new Disconnect('subscription-expired'))
      else this.unsubscribe(channel, 'expired')
    }
    subscription.cancelExpiry = this.#expiring(expiresAt, isProlongedByServer, end, async () => {
      const answer = await handlers.onSubExpire?.(this, { channel })
      if (this.subscriptions.get(channel) !== subscription) return () => {}
      return answer && (() => this.subscriptionExpiresAt(subscription, answer.expiresAt, true))
    })
  }

  /** Returns what cancels it. Where the server prolongs, the application is asked when the time is over. */
  #expiring(
    expiresAt: number | undefined,
    isProlongedByServer: boolean,
    end: () => void,
    ask: () => Promise<(() => void) | undefined>,
  ): (() => void) | undefined {
    if (expiresAt === undefined) return undefined
    const { timing, now, failed } = this.services
    const delayMs = Math.max(0, expiresAt - now())
    if (!isProlongedByServer) return this.after(delayMs + timing.expiryGraceMs, end)
    return this.after(delayMs, () => {
      ask().then(
        (prolong = end) => this.isOpen && prolong(),
        (error) => {
          if (!this.isOpen) return
          if (error instanceof Disconnect) {
            this.end(error)
            return
          }
          if (refusalOf(error).isOurs) failed(error, `asking whether client ${this.client} may stay failed`)
          end()
        },
      )
    })
  }

  /** Whether the client may do one more thing that costs others something. */
  mayAct(): boolean {
    const { messageRate, messageBurst } = this.services.limits
    if (messageRate === 0) return true
    this.#bucket ??= new TokenBucket(messageRate, messageBurst)
    return this.#bucket.take()
  }

  /** Resolves when there is room for a great reply: a client that reads slowly is not cut for having much to read. */
  writable(): Promise<void> {
    this.flush()
    return this.#link!.writable()
  }

  sendPing(): void {
    this.line('{}')
  }

  /** Tells the client of something in a channel; `body` is the push's one field. */
  push(channel: string, body: string): void {
    this.line(push(channel, body, this.isUnidirectional))
  }

  /** Tells the client something outside of all channels; `data` is JSON. */
  tellData(data: string): void {
    this.#pushToClient(`"message":{"data":${data}}`)
  }

  #pushToClient(body: string): void {
    this.line(this.isUnidirectional ? `{${body}}` : `{"push":{${body}}}`)
  }

  /** Queues one object for the client. */
  line(text: string): void {
    this.#lines.push(text)
    if (this.#lines.length === 1) fanOutAtTurnEnd(this)
  }

  /** Called at the end of the turn, and before anything else is sent. */
  flush(): void {
    const lines = this.takeLines()
    if (lines !== undefined) this.#link!.sendBytes(lines)
  }

  /** What waits, and how it ended, framed: for transports that have no close code of their own. */
  lastWords(ending: Ending): Buffer {
    const { code, reason } = disconnectOf(ending)
    const disconnect = JSON.stringify({ code, reason, ...(isReconnect(code) ? { reconnect: true } : {}) })
    this.#lines.push(
      this.isUnidirectional ? `{"disconnect":${disconnect}}` : `{"push":{"disconnect":${disconnect}}}`,
    )
    return this.takeLines()!
  }

  /** What waits for the end of the turn, framed. */
  takeLines(): Buffer | undefined {
    if (this.#lines.length === 0) return undefined
    const bytes = this.framing.frame(this.#lines)
    this.#lines = []
    return bytes
  }

  /** Subscribes the client by the server's wish. Rejects with what the hub throws, or `ConnectionClosedError`. */
  subscribe(channel: string, answer: SubscribeAnswer): Promise<void> {
    return this.#link!.post(() => subscribeByServer(this, channel, answer))
  }

  /** Ends a subscription and tells the client, in the table's words or in these. Of no effect without one. */
  unsubscribe(channel: string, why: UnsubscribeName, reason: string = unsubscribes[why].reason): void {
    const { code } = unsubscribes[why]
    if (this.leave(channel, code)) {
      this.push(channel, `"unsubscribe":${JSON.stringify({ code, reason })}`)
    }
  }

  /** Ends a subscription, whoever wanted that. Returns whether there was one. */
  leave(channel: string, code: number): boolean {
    const subscription = this.subscriptions.get(channel)
    if (subscription === undefined) return false
    subscription.cancelExpiry = undefined
    const membership = this.memberships.find(({ room }) => room.name === channel)
    // The others are told who leaves, which the subscription knows.
    if (membership !== undefined) this.services.hub.unregister(this, membership)
    this.subscriptions.delete(channel)
    this.services.handlers.onUnsubscribe?.(this, { channel, code })
    return true
  }

  /** Ends the connection with this code. */
  end(disconnect: Disconnect): void {
    this.flush()
    this.#link!.close(disconnect.endsWith, disconnect.message, disconnect)
  }

  // Commands, in order --------------------------------------------------------------------------------------

  #run(frame: Iterator<Command | typeof pong>): Promise<void> | undefined {
    try {
      while (this.isOpen) {
        const { done, value } = frame.next()
        if (done === true) break
        const running = value === pong ? this.#pong() : this.#handle(value)
        if (running !== undefined) return running.then(() => this.#run(frame))
      }
    } catch (error) {
      if (!(error instanceof Disconnect)) throw error
      this.end(error)
    }
    return undefined
  }

  #pong(): undefined {
    if (this.#heartbeat === undefined) throw new Disconnect('bad-request', 'A pong came before connect.')
    this.#heartbeat.pong()
  }

  /** Returns a promise if the next command has to wait for this one. */
  #handle(command: Command): Promise<void> | undefined {
    const { name, parameters, data, hasForeignData } = command
    if (!this.#isConnected && name !== 'connect') {
      throw new Disconnect('bad-request', `"${name}" came before connect.`)
    }
    let result: unknown
    try {
      if (hasForeignData === true) throw new CommandError('bad-request')
      result = commands[name](this, parameters, data)
    } catch (error) {
      this.#failed(command, error)
      return undefined
    }
    if (!isThenable(result)) {
      this.#answer(command, result)
      return undefined
    }
    const done = Promise.resolve(result).then(
      (value) => this.#answer(command, value),
      (error) => this.#failed(command, error),
    )
    if (!concurrent.has(name) || this.#concurrent >= maxConcurrent) return done
    this.#concurrent++
    void done.then(() => this.#concurrent--)
    return undefined
  }

  #answer({ id, name }: Command, result: unknown): void {
    if (!this.isOpen) return
    if (this.isUnidirectional) this.line(`{"connect":${encode(result)}}`)
    else if (id > 0 && !unanswered.has(name)) this.line(encodeReply(id, name, result))
    if (this.#held !== undefined) this.#release()
  }

  #failed({ id, name }: Command, error: unknown): void {
    if (!this.isOpen) return
    if (error instanceof Disconnect) {
      this.end(error)
      return
    }
    const refusal = refusalOf(error)
    if (refusal.isOurs) this.services.failed(error, `${name} of client ${this.client} failed`)
    if (this.isUnidirectional) {
      this.end(disconnectOfRefused(refusal.reply))
      return
    }
    if (id > 0 && !unanswered.has(name)) this.line(encodeErrorReply(id, refusal.reply))
    if (name === 'connect') this.#notConnected()
    // Who is too fast has been told to wait, and tries again by itself.
    if (refusal.reply.code === commandErrors['too-many-requests'].code) return
    this.#errors ??= new TokenBucket(errorRate, errorBurst)
    if (!this.#errors.take()) this.end(new Disconnect('too-many-errors'))
  }

  /** Whoever was not let in is nowhere. It may try again, until its time is over. */
  #notConnected(): void {
    for (const channel of this.channels) this.leave(channel, unsubscribes.server.code)
    this.#givePlaceBack?.()
    this.#held = undefined
    this.#heldBytes = 0
  }
}
