/**
 * A person on one connection in the plain dialect: in one room at a time, under one name. A message is text for
 * the room, or a command if it begins with `/`. Who the person is, the handlers say, by the token that came with the
 * connection or by one that `/login` brings.
 */

import { Buffer } from 'node:buffer'
import type { Position } from '../../../broker/broker.ts'
import type { Ending } from '../../../connection/cause.ts'
import type { Connection } from '../../../connection/connection.ts'
import { QueueFullError } from '../../../connection/errors.ts'
import type { Handler } from '../../../connection/handler.ts'
import { TokenBucket } from '../../../connection/token-bucket.ts'
import type { Line } from '../../../transports/lines.ts'
import type { ClientInfo } from '../../client-info.ts'
import type { Format } from '../../format.ts'
import type {
  Awaitable,
  ChatHandlers,
  Client,
  ConnectAnswer,
  Expiry,
  OpeningRequest,
  SubscribeAnswer,
} from '../../handlers.ts'
import type { Hub } from '../../hub.ts'
import { HubRefusal } from '../../hub-refusal.ts'
import type { Membership, Registrant } from '../../membership.ts'
import { ModerationError } from '../../moderation/errors.ts'
import type { Moderation } from '../../moderation/moderation.ts'
import { type ModerationNotice, noticeOf } from '../../moderation/notice.ts'
import type { Person } from '../../moderation/person.ts'
import type { Room } from '../../room.ts'
import { isThenable } from '../../thenable.ts'
import type { GiveBack, UserPlaces } from '../../user-places.ts'
import { Disconnect, disconnectOf, disconnects } from '../centrifuge/disconnects.ts'
import { runCommand } from './commands.ts'
import { type Companion, companyOf } from './company.ts'
import { type Arrival, Doorway } from './doorway.ts'
import { jsonFormat, lineFormat, visible, vouched } from './formats.ts'
import { anonymous, type Identity, identityOf, identityRefusalOf } from './identity.ts'
import { Permissions } from './permissions.ts'
import { notice, type Reply } from './reply.ts'
import { Speech } from './speech.ts'
import { Stay, tokenRequired } from './stay.ts'

/** What the transports of this dialect deliver: text, bytes that are no text, or a line. */
export type PlainMessage = string | Buffer | Line

export interface PlainLimits {
  /** Messages a second; 0: no limit. */
  readonly messageRate: number
  /** How many may come at once after a pause. */
  readonly messageBurst: number
  /** The largest message, told to pages that ask in JSON. */
  readonly messageBytes: number
}

export interface PlainSessionOptions {
  readonly hub: Hub
  readonly limits: PlainLimits
  readonly format: Format
  readonly room: string
  /** How the person is called whom no token names. */
  readonly name: string
  /** Say who that is, and hear who has gone. Without `onConnect` everybody is anonymous. */
  readonly handlers?: ChatHandlers
  /** That opens the room. Default: empty, none. */
  readonly roomToken?: string
  /** What a page that comes back has had of the room. */
  readonly since?: Position | undefined
  /** Of each user's connections. Without it there is no limit. */
  readonly places?: UserPlaces
  /** Who is muted or banned, and who gives such orders. Without it nobody. */
  readonly moderation?: Moderation
  /** What came with the connection. Default: empty, none. */
  readonly token?: string
  /** With what the connection began, where that was HTTP. */
  readonly http?: OpeningRequest
  /** Whoever needs a token and brought none may say `/login TOKEN`, rather than being turned away. */
  readonly mayLogIn?: boolean
  /** Milliseconds since the Unix epoch. */
  readonly now?: () => number
  /** Told when the session is over, for logs. */
  readonly ended?: (session: PlainSession, ending: Ending, connection: PlainConnection) => void
}

export type PlainConnection = Connection<PlainMessage, string>

export class PlainSession implements Handler<PlainMessage, string>, Registrant, Client, Person {
  readonly #options: PlainSessionOptions
  readonly memberships: Membership[] = []
  #connection: PlainConnection | undefined
  readonly #permissions: Permissions
  readonly #doorway: Doorway
  readonly #stay: Stay
  readonly #speech: Speech
  #identity = anonymous
  /** It has been let in. */
  #isConnected = false
  #givePlaceBack: GiveBack | undefined
  #expelledFrom: Membership | undefined
  #bucket: TokenBucket | undefined

  constructor(options: PlainSessionOptions) {
    this.#options = options
    const { hub, handlers = {}, moderation, now = Date.now } = options
    this.#permissions = new Permissions({ hub, handlers, client: this })
    this.#doorway = new Doorway(this, this.#permissions, now)
    this.#stay = new Stay(this, now)
    this.#speech = new Speech(this, this.#permissions, moderation)
  }

  get connection(): PlainConnection {
    return this.#connection!
  }

  get format(): Format {
    return this.#options.format
  }

  get hub(): Hub {
    return this.#options.hub
  }

  // As handlers of applications see it ----------------------------------------------------------------------

  get client(): string {
    return `plain-${this.connection.id}`
  }

  get user(): string {
    return this.#identity.user
  }

  /** Throws `HubRefusal` where there is none. */
  get moderation(): Moderation {
    const { moderation } = this.#options
    if (moderation === undefined) throw new HubRefusal('NOT_OFFERED', 'There is no moderation here.')
    return moderation
  }

  get isModerator(): boolean {
    return this.#identity.isModerator || this.#options.moderation?.isModerator(this.user) === true
  }

  get remoteAddress(): string {
    return this.connection.remoteAddress
  }

  get transport(): string {
    return this.connection.kind
  }

  get channels(): readonly string[] {
    return this.memberships.map(({ room }) => room.name)
  }

  get meta(): unknown {
    return this.#identity.meta
  }

  // As a member of a room -----------------------------------------------------------------------------------

  /** JSON about the person; `undefined`: nothing was said. */
  get connInfo(): string | undefined {
    return this.#identity.connInfo
  }

  /** Where this person is, or was when it had to go. */
  get membership(): Membership {
    return (this.memberships[0] ?? this.#expelledFrom)!
  }

  /** What the handlers said of a room as they let the person in; `undefined`: nothing, so its rules hold. */
  openRoom(room: string): SubscribeAnswer | undefined {
    const { openRooms } = this.#identity
    return Object.hasOwn(openRooms, room) ? openRooms[room] : undefined
  }

  infoIn({ name, room }: Membership): ClientInfo {
    const { client, user, connInfo = user === '' ? JSON.stringify({ name }) : undefined } = this
    return { client, user, connInfo, chanInfo: this.#doorway.chanInfoIn(room.name) }
  }

  /** Pages come back at once, and get what they missed. */
  positionLost({ room }: Membership): void {
    this.connection.close('local', `Something may be missing of what was said in ${room.name}.`)
  }

  // As a handler of its connection --------------------------------------------------------------------------

  opened(connection: PlainConnection): void | Promise<void> {
    this.#connection = connection
    const { token = '', mayLogIn = false, moderation } = this.#options
    moderation?.add(this)
    const connecting = this.#connect(token, (error) => this.#refuse(error, mayLogIn && token === ''))
    return connecting?.then(() => {})
  }

  message(message: PlainMessage): void | Promise<void> {
    const text = typeof message === 'string' ? message : Buffer.isBuffer(message) ? undefined : message.text
    if (!this.#mayAct()) {
      this.reply(notice('rate-limited', 'You are sending too fast: this message was not delivered.'))
    } else if (text === undefined) {
      this.reply(notice('message-invalid', 'A message is UTF-8 text: this one was not delivered.'))
    } else if (!this.#isConnected && !isLogin.test(text)) {
      this.reply(tokenRequired)
    } else if (!text.startsWith('/')) {
      return this.#speech.publish(text)
    } else if (text.startsWith('//')) {
      return this.#speech.publish(text.slice(1))
    } else {
      const replying = runCommand(this, text.slice(1), (error) => this.#refused(error))
      if (isThenable(replying)) return Promise.resolve(replying).then((reply) => this.reply(reply))
      this.reply(replying)
    }
  }

  closed(ending: Ending, connection: PlainConnection): void {
    this.#options.ended?.(this, ending, connection)
    this.#gone(disconnectOf(ending))
  }

  /** Leaves as if its connection had ended. Whoever goes on with the connection is somebody else. */
  leave(): void {
    this.#stay.end()
    const { code, reason } = disconnects['connection-closed']
    this.#gone({ code, reason })
  }

  // As moderation finds it ----------------------------------------------------------------------------------

  tell(told: ModerationNotice): void {
    this.reply({ data: { notice: told.code, ...told, code: undefined }, lines: [told.message] })
  }

  expel(told: ModerationNotice): void {
    this.#expelledFrom = this.memberships[0]
    for (const membership of this.memberships) membership.isRemoved = true
    this.hub.unregisterAll(this)
    // Lines say goodbye with the same words.
    if (this.format !== lineFormat) this.tell(told)
    this.connection.close('kicked', told.message)
  }

  end(disconnect: Disconnect): void {
    const { endsWith, reason } = disconnect
    this.connection.close(endsWith, `The server ended this connection: ${reason}.`, disconnect)
  }

  expelFrom(room: string, told: ModerationNotice): void {
    if (this.channels.includes(room)) this.expel(told)
  }

  /** Says something to the person alone. */
  reply(reply: Reply): void {
    if (this.format === jsonFormat) this.connection.send(JSON.stringify(reply.data))
    else for (const line of reply.lines) this.connection.send(`* ${visible(line)}`)
  }

  // What commands are made of -------------------------------------------------------------------------------

  /** Throws `HubRefusal`. */
  rename(name: string): void {
    if (this.user !== '') throw new HubRefusal('NAME', 'Your name comes with your token.')
    // A name is heard by the whole room.
    const mute = this.#speech.mute
    if (mute !== undefined) throw new HubRefusal('MUTED', mute.message)
    this.hub.rename(this.membership, name)
  }

  /**
   * Leaves the room for another, at the moment in which it is in that. `token`: one that opens it. Rejects with `HubRefusal`, and then stays.
   * `undefined`: the connection has ended meanwhile.
   */
  async move(room: string, token?: string): Promise<Arrival | undefined> {
    this.hub.checkRoom(room)
    const before = this.membership
    if (before.room.name === room) {
      const members = (await this.#doorway.namesFor(room))?.(before.room)
      return { membership: before, members, history: undefined }
    }
    const ban = this.#options.moderation?.banOf(this, room)
    if (ban !== undefined) throw new HubRefusal('BANNED', noticeOf(ban).message)
    const arrival = await this.#doorway.enter({ room, name: before.name, token, insteadOf: before })
    if (arrival === undefined) return undefined
    this.#left(before)
    this.#options.handlers?.onSubscribed?.(this, { channel: room })
    const mute = this.#speech.mute
    if (mute?.room !== undefined) this.tell(mute)
    return arrival
  }

  /** The rooms that there are for this person: those that they may enter and that tell who is there, and their own. */
  get rooms(): readonly Room[] {
    const { rules, rooms } = this.hub
    const own = this.membership.room
    return [...rooms.values()].filter(
      (room) =>
        room === own ||
        (room.options.presence &&
          (rules.mayEnter(room.name, this.user) || this.openRoom(room.name) !== undefined)),
    )
  }

  /** Who is in this room. Rejects with `HubRefusal` where that is not for this person. */
  async present(): Promise<readonly Companion[]> {
    const { room } = this.membership
    const instead = await this.#permissions.askPresence(room.name)
    return companyOf(room, instead, this.hub.limits.nameLength)
  }

  /**
   * Becomes whom the token names, or prolongs the stay of who is that already. Rejects with `HubRefusal`, which says
   * why not.
   */
  async logIn(token: string): Promise<Identity> {
    const { handlers } = this.#options
    const refuse = (error: unknown): never => {
      const refusal = identityRefusalOf(error)
      throw refusal === undefined ? error : new HubRefusal('TOKEN', refusal.sentence)
    }
    if (this.user === '') {
      await this.#connect(token, refuse)
    } else if (handlers?.onRefresh !== undefined) {
      const { expiresAt } = await this.#refreshed(handlers.onRefresh, token).catch(refuse)
      this.#identity = { ...this.#identity, expiresAt }
      this.#stay.until(expiresAt)
    } else throw new HubRefusal('TOKEN', 'Nothing prolongs a stay here.')
    return this.#identity
  }

  /** By the person's own command, which has no code. */
  #left({ room }: Membership): void {
    this.#options.handlers?.onUnsubscribe?.(this, { channel: room.name, code: 0 })
  }

  #gone(why: { code: number; reason: string }): void {
    this.hub.unregisterAll(this)
    this.#options.moderation?.remove(this)
    this.#givePlaceBack?.()
    if (this.#isConnected) this.#options.handlers?.onDisconnect?.(this, why)
  }

  // Letting in ----------------------------------------------------------------------------------------------

  /** Asks who that is, and lets them in; `refused` hears what was thrown. Without a promise if nobody needs one. */
  #connect(token: string, refused: (error: unknown) => void): Promise<void> | undefined {
    let asked: Awaitable<ConnectAnswer | undefined>
    try {
      asked = this.#options.handlers?.onConnect?.({
        client: this.client,
        token,
        data: undefined,
        name: '',
        version: '',
        headers: {},
        http: this.#options.http,
        remoteAddress: this.remoteAddress,
        transport: this.transport,
      })
    } catch (error) {
      refused(error)
      return undefined
    }
    if (isThenable(asked)) {
      return Promise.resolve(asked).then((answer) => this.#letIn(answer, refused), refused)
    }
    return this.#letIn(asked, refused)
  }

  async #letIn(answer: ConnectAnswer | undefined, refused: (error: unknown) => void): Promise<void> {
    // The handler took its time: whoever is gone must not be left behind in a room.
    if (this.connection.ending !== undefined) return
    const identity = identityOf(answer, this.hub.limits.nameLength)
    const refusal = this.#takePlace(identity.user)
    if (refusal !== undefined) {
      refused(refusal)
      return
    }
    const { room = this.#options.room, name = this.#options.name } = this.#leave()
    this.#identity = identity
    const ban = this.#options.moderation?.banOf(this, room)
    if (ban !== undefined) {
      this.expel(noticeOf(ban))
      return
    }
    let arrival: Arrival | undefined
    try {
      const { roomToken: token, since } = this.#options
      const wished = room === this.#options.room ? { token, since } : {}
      arrival = await this.#doorway.enter({ room, name: identity.name ?? name, ...wished })
    } catch (error) {
      // Whoever was in a room before is nowhere now, and goes.
      if (this.#isConnected) this.#refuse(error, false)
      else refused(error)
      return
    }
    if (arrival === undefined) return
    if (!this.#isConnected) this.#options.handlers?.onConnected?.(this)
    this.#isConnected = true
    this.#options.handlers?.onSubscribed?.(this, { channel: room })
    this.#stay.until(identity.expiresAt)
    this.#welcome(arrival)
    const { mute } = this.#speech
    if (mute !== undefined) this.tell(mute)
  }

  /** One of the connections that this user may have, until this one ends. Why there is none; `undefined`: there was. */
  #takePlace(user: string): HubRefusal | undefined {
    const { places } = this.#options
    if (places === undefined) return undefined
    this.#givePlaceBack?.()
    this.#givePlaceBack = places.take(user)
    if (this.#givePlaceBack !== undefined) return undefined
    return new HubRefusal(
      'TOO_MANY_CONNECTIONS',
      `You are connected ${places.limit === 1 ? 'once' : `${places.limit} times`} already, as often as one may be.`,
    )
  }

  /** Somebody who becomes known enters their room anew, so that its others learn who that is. */
  #leave(): { room?: string; name?: string } {
    const [membership] = this.memberships
    if (membership === undefined) return {}
    this.hub.unregister(this, membership)
    this.#left(membership)
    return { room: membership.room.name, name: membership.name }
  }

  #welcome({ membership: { room, name }, members = [], history }: Arrival): void {
    const { user, expiresAt } = this.#identity
    const { messageBytes } = this.#options.limits
    const welcome = {
      room: room.name,
      name,
      ...vouched(user),
      ...(this.isModerator ? { moderator: true } : {}),
      ...(expiresAt === undefined ? {} : { expiresAt }),
      members,
      ...(history === undefined ? {} : { history }),
      limits: { messageBytes },
    }
    if (this.format === jsonFormat) this.reply({ data: { welcome }, lines: [] })
    else if (this.format === lineFormat) {
      this.reply({ data: {}, lines: [`You are ${name} in ${room.name}. /help lists the commands.`] })
    }
  }

  /** What was thrown when somebody came: they are told, and go; or say a token. */
  #refuse(error: unknown, mayLogIn: boolean): void {
    const refusal = identityRefusalOf(error)
    if (refusal === undefined) throw error
    if (refusal.code === 'token-required' && mayLogIn) {
      this.#stay.untilLogin()
      return
    }
    this.reply(notice(refusal.code, refusal.sentence))
    this.connection.close(refusal.code === 'token-expired' ? 'expired' : 'refused', refusal.sentence, error)
  }

  async #refreshed(onRefresh: NonNullable<ChatHandlers['onRefresh']>, token: string): Promise<Expiry> {
    return (await onRefresh(this, { token })) ?? {}
  }

  /** The sentence for what a command threw. */
  #refused(error: unknown): string {
    if (!(error instanceof Disconnect)) return sentenceOf(error)
    this.connection.close(error.endsWith, error.message, error)
    return error.reason
  }

  #mayAct(): boolean {
    const { messageRate, messageBurst } = this.#options.limits
    if (messageRate === 0) return true
    this.#bucket ??= new TokenBucket(messageRate, messageBurst)
    return this.#bucket.take()
  }
}

/** What may be said by who has not been let in. */
const isLogin = /^\/login(\s|$)/i

function sentenceOf(error: unknown): string {
  if (error instanceof HubRefusal || error instanceof ModerationError || error instanceof QueueFullError) {
    return error.message
  }
  throw error
}
