/** How a person comes into a room: who may enter is asked, what was missed is read, and they are in it, live. */
import type { Position } from '../../../broker/broker.ts'
import { deedRefusal } from '../../access.ts'
import type { SubscribeAnswer } from '../../handlers.ts'
import type { Hub } from '../../hub.ts'
import { HubRefusal } from '../../hub-refusal.ts'
import type { Membership } from '../../membership.ts'
import type { Room } from '../../room.ts'
import { companyOf } from './company.ts'
import { jsonFormat } from './formats.ts'
import type { Permissions } from './permissions.ts'
import { recentMessages, recoveredMessages, type ShownHistory, shownHistory } from './recent.ts'
import type { PlainSession } from './session.ts'

/** Somebody has come into a room. */
export interface Arrival {
  readonly membership: Membership
  /** Names of who is there; `undefined`: that is not for this person. */
  readonly members: readonly string[] | undefined
  /** For pages, of a room that keeps what is said. */
  readonly history: ShownHistory | undefined
}

export interface EntryWish {
  readonly room: string
  readonly name: string
  /** That opens the room; empty or left out: none. */
  readonly token?: string | undefined
  /** What a page has had of the room. */
  readonly since?: Position | undefined
  /** It is left at the moment in which the person is in the other. */
  readonly insteadOf?: Membership | undefined
}

export class Doorway {
  readonly #session: PlainSession
  readonly #hub: Hub
  readonly #permissions: Permissions
  readonly #now: () => number
  /** JSON about the person in each room that they are in or about to leave, by the handlers. */
  #chanInfo = new Map<string, string>()
  #cancelStay = (): void => {}

  constructor(session: PlainSession, permissions: Permissions, now: () => number) {
    this.#session = session
    this.#hub = session.hub
    this.#permissions = permissions
    this.#now = now
  }

  chanInfoIn(room: string): string | undefined {
    return this.#chanInfo.get(room)
  }

  /** `undefined`: the connection has ended meanwhile. Rejects with `HubRefusal`, and what the broker throws. */
  async enter(wish: EntryWish): Promise<Arrival | undefined> {
    const { room, token = '' } = wish
    const answer = await this.#permissions.enter(room, token, this.#session.openRoom(room))
    // From the entry on nothing may be waited for: what is said then comes behind the welcome.
    const namesIn = await this.namesFor(room)
    if (this.#session.connection.ending !== undefined) return undefined
    // The room's others are told who comes, and those of the other room who goes.
    if (answer.info === undefined) this.#chanInfo.delete(room)
    else this.#chanInfo.set(room, JSON.stringify(answer.info))
    const entry = await this.#hub.enter(this.#session, {
      ...wish,
      format: this.#session.format,
      ...this.#wanted(wish),
    })
    if (entry === undefined) return undefined
    this.#takeAnswer(room, answer)
    const { membership } = entry
    const isPage = this.#session.format === jsonFormat
    return {
      membership,
      // A list of all who are there: told to pages, and to who comes from another room.
      members: isPage || wish.insteadOf !== undefined ? namesIn?.(membership.room) : undefined,
      history: shownHistory(entry),
    }
  }

  /** How the names in this room are found once the person is in it; `undefined`: they are not for this person. */
  async namesFor(room: string): Promise<((entered: Room) => readonly string[]) | undefined> {
    try {
      const instead = await this.#permissions.askPresence(room)
      if (instead === undefined) return ({ names }) => names
      const { nameLength } = this.#hub.limits
      return (entered) => companyOf(entered, instead, nameLength).map(({ name }) => name)
    } catch (error) {
      if (error instanceof HubRefusal) return undefined
      throw error
    }
  }

  /** What a page wants of a room's history. Whoever gets bare texts or lines hears what is said from now on. */
  #wanted({ room, since }: EntryWish): {
    isPositioned: boolean
    since: Position | undefined
    limit: number
    recent: number
  } {
    const options = this.#hub.optionsOf(room)
    const { format, user } = this.#session
    const isPage = format === jsonFormat && options.historySize > 0
    const visitor = { user, isMember: true }
    const recent = isPage && deedRefusal('history', room, options, visitor) === undefined ? recentMessages : 0
    const recovers = isPage && options.recovery !== 'never'
    return {
      isPositioned: recovers || recent > 0,
      since: recovers ? since : undefined,
      limit: recoveredMessages,
      recent,
    }
  }

  /** A stay may have an end of its own. */
  #takeAnswer(room: string, { expiresAt }: SubscribeAnswer): void {
    for (const other of this.#chanInfo.keys()) if (other !== room) this.#chanInfo.delete(other)
    this.#cancelStay()
    if (expiresAt === undefined) return
    const { connection } = this.#session
    const end = (): void => connection.close('expired', `What let you into ${room} has run out.`)
    this.#cancelStay = connection.after(Math.max(0, expiresAt - this.#now()), end)
  }
}
