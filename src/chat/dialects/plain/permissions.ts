/** What a person may do: the application's handlers decide first, then the room's options. */
import type {
  Awaitable,
  ChatHandlers,
  Client,
  PresenceAnswer,
  PublishAnswer,
  SubscribeAnswer,
} from '../../handlers.ts'
import type { Hub } from '../../hub.ts'
import { HubRefusal } from '../../hub-refusal.ts'
import type { Saying } from '../../publication.ts'
import { isThenable } from '../../thenable.ts'
import { CommandError } from '../centrifuge/errors.ts'

export interface PermissionParts {
  readonly hub: Hub
  readonly handlers: ChatHandlers
  /** Who asks. */
  readonly client: Client
}

/** All throw, or reject with, `HubRefusal`, whose sentence the person gets, and `Disconnect`. */
export class Permissions {
  readonly #parts: PermissionParts

  constructor(parts: PermissionParts) {
    this.#parts = parts
  }

  /**
   * May the person enter? Resolves to what the handlers say of it. `token`: one for this room, or empty. `open`: what
   * the handlers have said of it already, as they let the person in.
   */
  async enter(room: string, token: string, open: SubscribeAnswer | undefined): Promise<SubscribeAnswer> {
    const { hub, handlers, client } = this.#parts
    hub.checkRoom(room)
    if (open !== undefined) return open
    const answer = await this.#asked(() =>
      handlers.onSubscribe?.(client, { channel: room, token, data: undefined }),
    )
    if (answer === undefined) hub.rules.checkEntry(room, client.user)
    return answer ?? {}
  }

  /**
   * May the person say this in the room that they are in? Hot path, once for each message; without a promise where the
   * handlers give none.
   */
  publish(room: string, saying: Saying): Awaitable<PublishAnswer | undefined> {
    const { onPublish } = this.#parts.handlers
    if (onPublish === undefined) return this.#published(room, saying, undefined)
    const { handlers, client } = this.#parts
    const asked = this.#asked(() => handlers.onPublish?.(client, { channel: room, data: saying }))
    if (isThenable(asked)) return asked.then((answer) => this.#published(room, saying, answer))
    return this.#published(room, saying, asked)
  }

  /** May the person know who is in the room that they are in? Resolves to whom the handlers show instead, if they do. */
  async askPresence(room: string): Promise<PresenceAnswer | undefined> {
    const { hub, handlers, client } = this.#parts
    hub.rules.checkOffer('presence', room)
    const answer = await this.#asked(() => handlers.onPresence?.(client, { channel: room }))
    if (answer === undefined) hub.rules.checkDeed('presence', room, { user: client.user, isMember: true })
    else if (!answer) throw new HubRefusal('NOT_ALLOWED', `You may not ask who is in ${room}.`)
    return typeof answer === 'object' ? answer : undefined
  }

  #published(room: string, { text }: Saying, answer: PublishAnswer | undefined): PublishAnswer | undefined {
    const { hub, client } = this.#parts
    if (answer === undefined) hub.rules.checkDeed('publish', room, { user: client.user, isMember: true })
    hub.rules.checkPublication(room, text)
    return answer
  }

  #asked<T>(ask: () => Awaitable<T>): Awaitable<T> {
    try {
      const asked = ask()
      return isThenable(asked) ? Promise.resolve(asked).catch(refuse) : asked
    } catch (error) {
      return refuse(error)
    }
  }
}

/** What a handler threw, as a person is told it. */
function refuse(error: unknown): never {
  if (!(error instanceof CommandError)) throw error
  throw new HubRefusal('NOT_ALLOWED', `You may not do that: ${error.reply.message}.`)
}
