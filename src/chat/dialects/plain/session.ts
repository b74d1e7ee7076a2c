/**
 * A person on one connection in the plain dialect: in one room at a time, under one name. A message is text for
 * the room, or a command if it begins with `/`.
 */

import type { Ending } from '../../../connection/cause.ts'
import type { Connection } from '../../../connection/connection.ts'
import { LongwireError } from '../../../connection/errors.ts'
import type { Handler } from '../../../connection/handler.ts'
import { TokenBucket } from '../../../connection/token-bucket.ts'
import type { Line } from '../../../transports/lines.ts'
import type { ClientInfo } from '../../client-info.ts'
import type { Format } from '../../format.ts'
import { type Hub, HubRefusal } from '../../hub.ts'
import type { Membership, Registrant } from '../../membership.ts'
import { runCommand } from './commands.ts'
import { jsonFormat, lineFormat, visible } from './formats.ts'
import { notice, type Reply } from './reply.ts'

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
  readonly name: string
  /** Told when the session is over, for logs. */
  readonly ended?: (session: PlainSession, ending: Ending, connection: PlainConnection) => void
}

export type PlainConnection = Connection<PlainMessage, string>

export class PlainSession implements Handler<PlainMessage, string>, Registrant {
  readonly #options: PlainSessionOptions
  readonly memberships: Membership[] = []
  #connection: PlainConnection | undefined
  #bucket: TokenBucket | undefined

  constructor(options: PlainSessionOptions) {
    this.#options = options
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

  /** Where this person is. */
  get membership(): Membership {
    return this.memberships[0]!
  }

  infoIn({ name }: Membership): ClientInfo {
    return { client: `plain-${this.connection.id}`, user: '', connInfo: JSON.stringify({ name }) }
  }

  opened(connection: PlainConnection): void {
    this.#connection = connection
    const { room, name } = this.hub.register(this, this.#options.room, this.#options.name)
    const { messageBytes } = this.#options.limits
    if (this.format === jsonFormat) {
      this.#send({
        data: { welcome: { room: room.name, name, members: room.names, limits: { messageBytes } } },
        lines: [],
      })
    } else if (this.format === lineFormat) {
      this.#send({ data: {}, lines: [`You are ${name} in ${room.name}. /help lists the commands.`] })
    }
  }

  message(message: PlainMessage): void {
    const text = typeof message === 'string' ? message : Buffer.isBuffer(message) ? undefined : message.text
    if (!this.#mayAct()) {
      this.#send(notice('rate-limited', 'You are sending too fast: this message was not delivered.'))
    } else if (text === undefined) {
      this.#send(notice('message-invalid', 'A message is UTF-8 text: this one was not delivered.'))
    } else if (!text.startsWith('/')) {
      this.#publish(text)
    } else if (text.startsWith('//')) {
      this.#publish(text.slice(1))
    } else {
      this.#send(runCommand(this, text.slice(1), sentenceOf))
    }
  }

  closed(ending: Ending, connection: PlainConnection): void {
    this.#options.ended?.(this, ending, connection)
    this.hub.unregisterAll(this)
  }

  /** Throws `HubRefusal`. */
  rename(name: string): void {
    this.hub.rename(this.membership, name)
  }

  /** Leaves the room for another. Throws `HubRefusal`, and then stays. */
  move(roomName: string): Membership {
    this.hub.checkRoom(roomName)
    const before = this.membership
    if (before.room.name === roomName) return before
    this.hub.unregister(this, before)
    return this.hub.register(this, roomName, before.name)
  }

  #publish(text: string): void {
    // An empty line at a terminal is a slip of the finger.
    if (text === '' && this.format === lineFormat) return
    this.hub.say(this.membership, text)?.catch((error) => {
      if (!(error instanceof LongwireError)) {
        this.connection.close('handler-error', `Publishing failed: ${String(error)}`, error)
        return
      }
      this.#send(notice('not-delivered', `This message was not delivered: ${error.message}`))
    })
  }

  #mayAct(): boolean {
    const { messageRate, messageBurst } = this.#options.limits
    if (messageRate === 0) return true
    this.#bucket ??= new TokenBucket(messageRate, messageBurst)
    return this.#bucket.take()
  }

  #send(reply: Reply): void {
    if (this.format === jsonFormat) this.connection.send(JSON.stringify(reply.data))
    else for (const line of reply.lines) this.connection.send(`* ${visible(line)}`)
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof HubRefusal) return error.message
  throw error
}
