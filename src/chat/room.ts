/**
 * A room: members, in one lane for each format, and the order of what is said.
 *
 * A member that catches up is not in a lane yet: what the room hears meanwhile is noted for it, until it has read
 * the history and goes live, in one synchronous step, from exactly where that ended.
 */
import type { BrokerPublication, Position } from '../broker/broker.ts'
import { fanOutAtTurnEnd, type TurnWork } from '../connection/turn.ts'
import { type ClientInfo, encodeClientInfo } from './client-info.ts'
import type { Format } from './format.ts'
import { Lane } from './lane.ts'
import { Membership, type Registrant } from './membership.ts'
import { NotedPublications } from './noted-publications.ts'
import { type PresenceEvent, Publication, type Saying } from './publication.ts'
import { Readings } from './readings.ts'
import type { RoomOptions } from './room-options.ts'

const nowhere: Position = { offset: 0, epoch: '' }

export class Room implements TurnWork {
  readonly name: string
  readonly options: RoomOptions
  /** Resolves when the broker tells us of all that is published from then on; `undefined`: no broker orders it. */
  subscribed: Promise<void> | undefined
  readonly #lanes = new Map<Format, Lane>()
  readonly #noted = new NotedPublications()
  /** Of its history, for those who wait. */
  readonly readings = new Readings()
  #waiting: Set<Membership> | undefined
  #size = 0
  /** What was said last, while some member needs it. */
  #lastData: string | undefined
  /** Counts what has no offset of the broker's. */
  #count = 0
  /** Where the last kept publication that was delivered here stands. */
  #offset = 0
  #epoch = ''
  /** The position that the first member to follow it has read. */
  #read: Position = nowhere
  /** Members that follow the position. */
  #positioned = 0
  #isFlushDue = false

  constructor(name: string, options: RoomOptions) {
    this.name = name
    this.options = options
  }

  /** Members. */
  get size(): number {
    return this.#size
  }

  /** Names of all members; a name that two have stands twice. */
  get names(): string[] {
    return this.members.map(({ name }) => name)
  }

  /** All that are live. */
  get members(): Membership[] {
    return [...this.#lanes.values()].flatMap(({ members }) => members)
  }

  /** How far the broker's publications have been delivered here; `undefined` before the first. */
  get position(): Position | undefined {
    return this.#epoch === '' ? undefined : { offset: this.#offset, epoch: this.#epoch }
  }

  /** The others are told; the member itself is not. */
  join(registrant: Registrant, format: Format, name: string, time: number): Membership {
    const membership = new Membership(registrant, this, format, name)
    this.#size++
    this.#enter(membership, time)
    return membership
  }

  /** Adds a member that will be live when it has caught up. */
  wait(registrant: Registrant, format: Format, name: string, isPositioned: boolean): Membership {
    const membership = new Membership(registrant, this, format, name)
    membership.isPositioned = isPositioned
    if (isPositioned) this.#positioned++
    this.#size++
    this.#waiting ??= new Set()
    this.#waiting.add(membership)
    this.#noted.start()
    return membership
  }

  /** What has been heard since somebody waits. */
  get noted(): NotedPublications {
    return this.#noted
  }

  /** From here on the member gets all above `offset`. */
  goLive(membership: Membership, position: Position | undefined, time: number): void {
    const { offset } = position ?? nowhere
    this.#stopWaiting(membership)
    // The history may know of what the listener has not heard yet.
    membership.skipThrough = offset > this.#offset ? offset : 0
    if (position !== undefined && this.#read.epoch === '') this.#read = position
    this.#enter(membership, time)
  }

  leave(membership: Membership, time: number): void {
    membership.isGone = true
    this.#size--
    if (membership.isPositioned) this.#positioned--
    const { lane } = membership
    if (lane === undefined) {
      this.#stopWaiting(membership)
      return
    }
    lane.remove(membership)
    if (lane.members.length === 0) this.#lanes.delete(lane.format)
    const { name, isRemoved } = membership
    this.#tell(this.#event({ leave: name, ...(isRemoved ? { isRemoved } : {}) }, membership, time))
  }

  /** Everybody, the member too, is told of its new name. */
  rename(membership: Membership, name: string, time: number): void {
    const before = membership.name
    membership.name = name
    this.#tell(this.#event({ leave: before, join: name }, membership, time))
  }

  /** Orders a message that is not kept, and sends it to every member at the end of the turn. */
  say(saying: Saying, meta: string | undefined, time: number): void {
    this.#send(Publication.said(this.name, saying, meta, time, ++this.#count))
  }

  /** The same for JSON. */
  pass(data: string, meta: string | undefined, time: number): void {
    this.#send(Publication.passedOn(this.name, data, meta, time, ++this.#count))
  }

  /** Whether a kept publication is the one after those that were delivered here, or one of them. */
  follows(offset: number, epoch: string): boolean {
    return this.#epoch === '' || (epoch === this.#epoch && offset <= this.#offset + 1)
  }

  /** Sends on what the broker has ordered; once. */
  deliver(ordered: BrokerPublication, epoch: string): void {
    const { offset } = ordered
    if (offset === 0) {
      // Where some have offsets of the broker's, a count of our own would be taken for one.
      const count = this.options.historySize > 0 ? 0 : ++this.#count
      this.#send(Publication.ordered(this.name, ordered, count))
      return
    }
    if (epoch === this.#epoch && offset <= this.#offset) return
    this.#offset = offset
    this.#epoch = epoch
    const publication = Publication.ordered(this.name, ordered, offset)
    this.#noted.add(publication)
    this.#send(publication)
  }

  /** Somebody wants to be told when publications were missed here. */
  get isFollowed(): boolean {
    return this.#positioned > 0
  }

  /** Whether all up to this position has been delivered here, or read by all who follow it. */
  hasReached({ offset, epoch }: Position): boolean {
    if (this.#epoch !== '') return this.#epoch === epoch && this.#offset >= offset
    return this.#read.epoch === '' || (this.#read.epoch === epoch && this.#read.offset >= offset)
  }

  /** Publications were missed here. Returns the members that must read the history again. */
  losePosition(): Membership[] {
    this.#epoch = ''
    this.#offset = 0
    this.#read = nowhere
    this.#noted.lose()
    this.readings.forget()
    return this.members.filter(({ isPositioned }) => isPositioned)
  }

  #enter(membership: Membership, time: number): void {
    this.#tell(this.#event({ join: membership.name }, membership, time))
    this.#laneFor(membership.format).add(membership)
  }

  #laneFor(format: Format): Lane {
    let lane = this.#lanes.get(format)
    if (lane === undefined) {
      lane = new Lane(format)
      this.#lanes.set(format, lane)
    }
    return lane
  }

  #stopWaiting(membership: Membership): void {
    if (this.#waiting?.delete(membership) !== true) return
    if (this.#waiting.size > 0) return
    this.#waiting = undefined
    this.#noted.stop()
    this.readings.forget()
  }

  #event(
    change: Pick<PresenceEvent, 'join' | 'leave' | 'isRemoved'>,
    membership: Membership,
    time: number,
  ): PresenceEvent {
    const { user = '' } = membership.registrant
    return { room: this.name, ...change, user, time, info: () => encodeClientInfo(infoOf(membership)) }
  }

  #send(publication: Publication): void {
    const offset = publication.isKept ? publication.offset : 0
    let needsPrevious = false
    let hasBeginners = false
    for (const { format } of this.#lanes.values()) {
      needsPrevious ||= format.needsPrevious === true
      hasBeginners ||= format.next !== undefined
    }
    publication.previousData = needsPrevious ? this.#lastData : undefined
    for (const lane of this.#lanes.values()) lane.push(lane.format.publication(publication), offset)
    this.#lastData = needsPrevious ? publication.data : undefined
    if (hasBeginners) this.#moveOn(offset)
    this.#flushLater()
  }

  /** Members that have had their first publication whole get differences from now on. */
  #moveOn(offset: number): void {
    for (const lane of [...this.#lanes.values()]) {
      const { next } = lane.format
      if (next === undefined) continue
      // Who has had it from the history did not get it here.
      const beginners = lane.members.filter(({ skipThrough }) => skipThrough === 0 || offset > skipThrough)
      for (const membership of beginners) {
        lane.remove(membership)
        if (!membership.isGone) this.#laneFor(next).add(membership)
      }
      if (lane.members.length === 0) this.#lanes.delete(lane.format)
    }
  }

  #tell(event: PresenceEvent): void {
    // That somebody had to go is for all to know.
    if (this.options.joinLeave === 'never' && event.isRemoved !== true) return
    for (const lane of this.#lanes.values()) {
      const frame = lane.format.presence(event)
      if (frame === undefined) continue
      lane.push(frame, 0)
      this.#flushLater()
    }
  }

  #flushLater(): void {
    if (this.#isFlushDue) return
    this.#isFlushDue = true
    fanOutAtTurnEnd(this)
  }

  /** Called at the end of the turn. */
  flush(nowMs: number): void {
    this.#isFlushDue = false
    for (const lane of this.#lanes.values()) lane.flush(nowMs)
  }
}

/** Who a member is for programs. */
export function infoOf(membership: Membership): ClientInfo {
  return membership.registrant.infoIn?.(membership) ?? { client: '', user: '' }
}
