/** What a person says to the room that they are in: whether they may, and what they are told where it is not delivered. */
import { LongwireError } from '../../../connection/errors.ts'
import type { PublishAnswer } from '../../handlers.ts'
import type { Membership } from '../../membership.ts'
import type { Moderation } from '../../moderation/moderation.ts'
import { type ModerationNotice, noticeOf } from '../../moderation/notice.ts'
import { isThenable } from '../../thenable.ts'
import { Disconnect } from '../centrifuge/disconnects.ts'
import { lineFormat } from './formats.ts'
import type { Permissions } from './permissions.ts'
import { notice } from './reply.ts'
import type { PlainSession } from './session.ts'

export class Speech {
  readonly #session: PlainSession
  readonly #permissions: Permissions
  readonly #moderation: Moderation | undefined

  constructor(session: PlainSession, permissions: Permissions, moderation: Moderation | undefined) {
    this.#session = session
    this.#permissions = permissions
    this.#moderation = moderation
  }

  /** Why this person may not speak here; `undefined`: they may. Hot path: once for each message. */
  get mute(): ModerationNotice | undefined {
    const mute = this.#moderation?.muteOf(this.#session, this.#session.membership.room.name)
    return mute === undefined ? undefined : noticeOf(mute)
  }

  /** Hot path: once for each message. Never rejects for what a person said or a handler thinks of it. */
  publish(text: string): void | Promise<void> {
    const { format, membership } = this.#session
    // An empty line at a terminal is a slip of the finger.
    if (text === '' && format === lineFormat) return
    const { mute } = this
    if (mute !== undefined) {
      const { code, message, ...terms } = mute
      this.#session.reply(notice(code, `This message was not delivered. ${message}`, terms))
      return
    }
    try {
      const asked = this.#permissions.publish(membership.room.name, { name: membership.name, text })
      if (!isThenable(asked)) return this.#say(membership, text, asked)
      return Promise.resolve(asked).then(
        (answer) => this.#say(membership, text, answer),
        (error) => this.#undelivered(error),
      )
    } catch (error) {
      this.#undelivered(error)
    }
  }

  #say(membership: Membership, text: string, answer: PublishAnswer | undefined): void {
    // The handler took its time.
    if (membership.isGone) return
    this.#session.hub.say(membership, text, answer)?.catch((error) => this.#undelivered(error))
  }

  #undelivered(error: unknown): void {
    const { connection } = this.#session
    if (error instanceof Disconnect) connection.close(error.endsWith, error.message, error)
    else if (error instanceof LongwireError) {
      this.#session.reply(notice('not-delivered', `This message was not delivered: ${error.message}`))
    } else connection.close('handler-error', `Publishing failed: ${String(error)}`, error)
  }
}
