/** A room: members, in one lane for each format, and the order of what is said. */
import { fanOutAtTurnEnd, type TurnWork } from '../connection/turn.ts'
import type { Format } from './format.ts'
import { Lane } from './lane.ts'
import { type MemberConnection, Membership } from './membership.ts'
import type { PresenceEvent, Publication } from './publication.ts'

export class Room implements TurnWork {
  readonly name: string
  readonly #lanes = new Map<Format, Lane>()
  #size = 0
  #offset = 0
  #isFlushDue = false

  constructor(name: string) {
    this.name = name
  }

  /** Members. */
  get size(): number {
    return this.#size
  }

  /** Names of all members; a name that two have stands twice. */
  get names(): string[] {
    return [...this.#lanes.values()].flatMap((lane) => lane.members.map((member) => member.name))
  }

  /** The others are told; the member itself is not. */
  join(connection: MemberConnection, format: Format, name: string, time: number): Membership {
    this.#tell({ room: this.name, join: name, time })
    let lane = this.#lanes.get(format)
    if (lane === undefined) {
      lane = new Lane(format)
      this.#lanes.set(format, lane)
    }
    const membership = new Membership(this, lane, connection, format, name)
    lane.add(membership)
    this.#size++
    return membership
  }

  leave(membership: Membership, time: number): void {
    const { lane } = membership
    lane.remove(membership)
    this.#size--
    if (lane.members.length === 0) this.#lanes.delete(membership.format)
    this.#tell({ room: this.name, leave: membership.name, time })
  }

  /** Everybody, the member too, is told of its new name. */
  rename(membership: Membership, name: string, time: number): void {
    const before = membership.name
    membership.name = name
    this.#tell({ room: this.name, leave: before, join: name, time })
  }

  /** Orders a message and sends it to every member at the end of the turn. */
  publish(name: string, text: string, time: number): Publication {
    const publication = { room: this.name, name, text, time, offset: ++this.#offset }
    for (const lane of this.#lanes.values()) lane.push(lane.format.publication(publication))
    this.#flushLater()
    return publication
  }

  #tell(event: PresenceEvent): void {
    for (const lane of this.#lanes.values()) {
      const frame = lane.format.presence(event)
      if (frame === undefined) continue
      lane.push(frame)
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
