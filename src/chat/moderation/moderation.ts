/**
 * Moderation: orders that mute, ban and kick, and what they mean for whoever is here or comes later.
 *
 * An order is on the disk before it is acknowledged (where there is a journal), and holds from then on; orders are
 * carried out one after the other. A kick is for now alone, and leaves nothing behind.
 *
 * @example
 * await chat.moderation.ban({ address: '203.0.113.0/24' }, { forMs: 3_600_000, reason: 'Spam.', by: 'ann' })
 */
import { QueueFullError } from '../../connection/errors.ts'
import { ModerationError } from './errors.ts'
import type { SanctionJournal } from './journal.ts'
import { kickedNotice, noticeOf, unmutedNotice } from './notice.ts'
import { checkedTerms, type OrderTerms } from './order-terms.ts'
import type { NamedTarget, Person, PersonTarget } from './person.ts'
import { type Sanction, type SanctionKind, type SanctionName, sanctionKinds } from './sanction.ts'
import { Sanctions, type Who } from './sanctions.ts'
import { checkedSubject, type Subject, subjectKey } from './subject.ts'
import { SubjectIndex } from './subject-index.ts'

export interface ModerationOptions {
  /** Where sanctions are kept; whoever opened it closes it, after {@link Moderation.close}. Default: in memory. */
  readonly journal?: SanctionJournal | undefined
  /** Sanctions at once. Default {@link defaultSanctionLimit}. */
  readonly limit?: number | undefined
  /** Users that are moderators, whatever their tokens say. */
  readonly moderators?: readonly string[] | undefined
  /** Milliseconds since the Unix epoch. */
  readonly now?: (() => number) | undefined
  /** Told of each order that was carried out, for logs. */
  readonly ordered?: ((order: ModerationOrder) => void) | undefined
  /** Told of what failed beside an order that was carried out. */
  readonly failed?: ((error: unknown, what: string) => void) | undefined
}

/** Ten thousand take some megabytes; whoever bans more people one by one wants prefixes, or tokens. */
export const defaultSanctionLimit = 10_000

/** Orders that may wait for the disk. */
const waitingOrders = 1_000

export const orderNames = ['mute', 'ban', 'kick', 'lift'] as const

/** An order as it was carried out. */
export interface ModerationOrder {
  readonly order: (typeof orderNames)[number]
  /** Whom it is for. */
  readonly target: PersonTarget
  /** What they are called. */
  readonly name?: string | undefined
  /** For `lift`: which kind. */
  readonly kind?: SanctionKind | undefined
  readonly room?: string | undefined
  readonly until?: number | undefined
  readonly reason?: string | undefined
  readonly by: string
  /** Sessions of this process that it found. */
  readonly sessions: number
}

/** What an order did. */
export interface OrderResult {
  readonly sanction: Sanction
  /** Sessions of this process that it found: they were told, or had to go. */
  readonly sessions: number
}

/** Which sanctions are meant; what is left out is any. */
export interface SanctionFilter {
  readonly kind?: SanctionKind | undefined
  readonly subject?: Subject | undefined
  /** Those of this room, or with `null` those of all rooms. */
  readonly room?: string | null | undefined
}

export class Moderation {
  /** Orders that were carried out, by name, for metrics. */
  readonly counts: Readonly<Record<(typeof orderNames)[number], number>>
  readonly #counts = { mute: 0, ban: 0, kick: 0, lift: 0 }
  readonly #options: ModerationOptions
  readonly #limit: number
  readonly #moderators: ReadonlySet<string>
  readonly #now: () => number
  readonly #sanctions: Sanctions
  readonly #people = new Set<Person>()
  #lastOrder: Promise<unknown> = Promise.resolve()
  #waiting = 0

  constructor(options: ModerationOptions = {}) {
    this.counts = this.#counts
    this.#options = options
    this.#limit = options.limit ?? defaultSanctionLimit
    this.#moderators = new Set(options.moderators)
    this.#now = options.now ?? Date.now
    this.#sanctions = new Sanctions(this.#now)
    for (const sanction of options.journal?.kept ?? []) this.#sanctions.set(sanction)
  }

  // Orders --------------------------------------------------------------------------------------------------

  /**
   * Whoever it finds may read, and not publish, until its end; moderators may go on. Replaces the mute of the same subject
   * in the same place.
   *
   * @throws ModerationError the order does not hold: the input is wrong, there are too many, it could not be kept
   */
  mute(subject: Subject, terms: OrderTerms = {}): Promise<OrderResult> {
    return this.#set('mute', subject, terms)
  }

  /**
   * Whoever it finds may not connect, or in one room may not enter it, until its end; whoever is here has to go. Replaces the
   * ban of the same subject in the same place. Rejects as {@link mute} does.
   */
  ban(subject: Subject, terms: OrderTerms = {}): Promise<OrderResult> {
    return this.#set('ban', subject, terms)
  }

  /**
   * Lifts a subject's sanctions: of one kind or both, in one room (`null`: those that hold in all rooms) or wherever they are. Resolves with those that were
   * lifted, when that is kept; none is no error. Rejects as {@link mute} does.
   */
  lift(
    subject: Subject,
    which: Omit<SanctionFilter, 'subject'> & Pick<OrderTerms, 'by'> = {},
  ): Promise<readonly Sanction[]> {
    return this.#inOrder(async () => {
      const checked = checkedSubject(subject)
      const { by } = checkedTerms({ by: which.by }, this.#now())
      const found = this.list({ ...which, subject: checked })
      for (const { kind, room } of found) await this.#lift({ kind, subject: checked, room }, by)
      return found
    })
  }

  /**
   * Ends the connections of whoever it finds, or with a room their stay in it (a person of the plain dialect is in one room
   * and is disconnected). They may come back. Returns how many sessions there were.
   *
   * @throws ModerationError for input that cannot be meant
   */
  kick(target: PersonTarget, terms: Pick<OrderTerms, 'room' | 'reason' | 'by'> = {}): number {
    const { room, reason, by } = checkedTerms(terms, this.#now())
    const found = this.find(target).filter((person) => room === undefined || isIn(person, room))
    const notice = kickedNotice({ room, reason })
    for (const person of found) {
      if (room === undefined) person.expel(notice)
      else person.expelFrom(room, notice)
    }
    this.#ordered({ order: 'kick', target, room, reason, by, sessions: found.length })
    return found.length
  }

  /** Those that hold, the newest first. */
  list({ kind, subject, room }: SanctionFilter = {}): readonly Sanction[] {
    const key = subject === undefined ? undefined : subjectKey(checkedSubject(subject))
    return this.#sanctions
      .list()
      .filter((sanction) => kind === undefined || sanction.kind === kind)
      .filter((sanction) => room === undefined || sanction.room === (room ?? undefined))
      .filter((sanction) => key === undefined || subjectKey(sanction.subject) === key)
      .sort((a, b) => b.at - a.at)
  }

  /** How many hold, by kind. */
  sizes(): Readonly<Record<SanctionKind, number>> {
    const sizes = Object.fromEntries(Object.keys(sanctionKinds).map((kind) => [kind, 0]))
    for (const { kind } of this.#sanctions.list()) sizes[kind]!++
    return sizes as Record<SanctionKind, number>
  }

  /** Resolves when the orders that were given are carried out. Later ones are refused where there is a journal that was closed. */
  async close(): Promise<void> {
    await this.#lastOrder
  }

  // Who is here ---------------------------------------------------------------------------------------------

  /** A session has come to be, or is about to; from now on orders find it. May be repeated. */
  add(person: Person): void {
    this.#people.add(person)
  }

  remove(person: Person): void {
    this.#people.delete(person)
  }

  /** The sessions of this process, of all dialects. */
  get people(): ReadonlySet<Person> {
    return this.#people
  }

  /** The sessions of this process that are meant. Throws {@link ModerationError} for no address. */
  find(target: PersonTarget): Person[] {
    const people = [...this.#people]
    if ('client' in target) return people.filter(({ client }) => client === target.client)
    if ('name' in target) {
      const { name, room, isKnown } = target
      const named = people.filter((person) => isIn(person, room, name))
      return isKnown === undefined ? named : named.filter(({ user }) => (user !== '') === isKnown)
    }
    // One look-up decides whom a sanction is for: that of sanctions.
    const index = new SubjectIndex()
    index.set({ kind: 'mute', subject: checkedSubject(target), by: '', at: 0 })
    return people.filter(({ user, remoteAddress }) => index.find(user, remoteAddress, 0) !== undefined)
  }

  /** By what those of a name in a room can be sanctioned: their user where that is known, else their address. */
  subjectsOf(target: NamedTarget): Subject[] {
    const subjects = this.find(target).map(
      ({ user, remoteAddress }): Subject => (user === '' ? { address: remoteAddress } : { user }),
    )
    return [...new Map(subjects.map((subject) => [subjectKey(subject), subject])).values()]
  }

  isModerator(user: string): boolean {
    return user !== '' && this.#moderators.has(user)
  }

  // What stands in somebody's way ---------------------------------------------------------------------------

  /**
   * Why somebody may not publish in a room; `undefined`: nothing speaks against it.
   *
   * Hot path: once for each message. While nobody is muted, it costs a comparison.
   */
  muteOf(person: Who & { readonly isModerator: boolean }, room: string): Sanction | undefined {
    return person.isModerator ? undefined : this.#sanctions.find('mute', person, room)
  }

  /** Why somebody may not connect, or with a room may not enter it. */
  banOf(who: Who, room?: string): Sanction | undefined {
    return this.#sanctions.find('ban', who, room)
  }

  /** The same for an address of which no more is known. */
  banOfAddress(remoteAddress: string, room?: string): Sanction | undefined {
    return this.banOf({ user: '', remoteAddress }, room)
  }

  // How orders are carried out ------------------------------------------------------------------------------

  #set(kind: SanctionKind, subject: Subject, terms: OrderTerms): Promise<OrderResult> {
    return this.#inOrder(async () => {
      const sanction: Sanction = {
        kind,
        subject: checkedSubject(subject),
        ...checkedTerms(terms, this.#now()),
        at: this.#now(),
      }
      this.#checkLimit(sanction)
      await this.#options.journal?.append({ set: sanction })
      this.#sanctions.set(sanction)
      const sessions = this.#enforce(sanction)
      const { room, until, reason, by, name } = sanction
      this.#ordered({ order: kind, target: sanction.subject, name, room, until, reason, by, sessions })
      await this.#compact()
      return { sanction, sessions }
    })
  }

  #checkLimit(name: SanctionName): void {
    if (this.#sanctions.size >= this.#limit) this.#sanctions.sweep()
    if (this.#sanctions.size < this.#limit || this.#sanctions.get(name) !== undefined) return
    throw new ModerationError(
      'SANCTION_LIMIT',
      `There are ${this.#limit} sanctions, as many as there may be. Lift some, or ban prefixes instead of single addresses.`,
    )
  }

  #enforce(sanction: Sanction): number {
    const { kind, subject, room } = sanction
    const found = this.find(subject).filter(({ isModerator }) => kind === 'ban' || !isModerator)
    const notice = noticeOf(sanction)
    for (const person of found) {
      if (kind === 'mute') person.tell(notice)
      else if (room === undefined) person.expel(notice)
      else person.expelFrom(room, notice)
    }
    return found.length
  }

  async #lift(name: SanctionName, by: string): Promise<void> {
    await this.#options.journal?.append({ lift: name })
    this.#sanctions.delete(name)
    const { kind, subject, room } = name
    const found = kind === 'mute' ? this.find(subject) : []
    for (const person of found) person.tell(unmutedNotice(name))
    this.#ordered({ order: 'lift', kind, target: subject, room, by, sessions: found.length })
    await this.#compact()
  }

  /** The order holds, whatever becomes of this. */
  async #compact(): Promise<void> {
    const { journal, failed } = this.#options
    if (journal === undefined || !journal.isLong(this.#sanctions.size)) return
    try {
      await journal.compact(this.#sanctions.list())
    } catch (error) {
      failed?.(error, 'The journal of sanctions could not be written anew.')
    }
  }

  #ordered(order: ModerationOrder): void {
    this.#counts[order.order]++
    this.#options.ordered?.(order)
  }

  /** Orders do not overtake each other, and what waits is bounded. */
  #inOrder<T>(carryOut: () => Promise<T>): Promise<T> {
    if (this.#waiting >= waitingOrders) {
      return Promise.reject(new QueueFullError('queue of orders of moderation', waitingOrders))
    }
    this.#waiting++
    const done = this.#lastOrder.then(carryOut)
    this.#lastOrder = done
      .catch(() => {
        // Whoever gave the order is told.
      })
      .then(() => this.#waiting--)
    return done
  }
}

function isIn({ memberships }: Person, room: string, name?: string): boolean {
  return memberships.some((membership) => {
    return membership.room.name === room && (name === undefined || membership.name === name)
  })
}
