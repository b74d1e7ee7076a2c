/** This process's index of rooms: sessions are registered in them and unregistered; an empty room vanishes. */
import type {
  Broker,
  Content,
  History,
  HistoryOptions,
  Position,
  PresenceStats,
  Published,
} from '../broker/broker.ts'
import { MemoryBroker } from '../broker/memory/memory.ts'
import { type Clock, systemClock } from '../connection/clock.ts'
import { catchUp, type Entry } from './catch-up.ts'
import { type ClientInfo, encodeClientInfo } from './client-info.ts'
import type { Format } from './format.ts'
import type { PublishAnswer } from './handlers.ts'
import { HubRefusal } from './hub-refusal.ts'
import type { Membership, Registrant } from './membership.ts'
import { defaultPositionCheckOptions, PositionCheck, type PositionCheckOptions } from './position-check.ts'
import { presenceStatsOf } from './presence-stats.ts'
import { dataOf, metaOf } from './publication.ts'
import { infoOf, Room } from './room.ts'
import type { RoomOptions, RoomOptionsOf } from './room-options.ts'
import { RoomRules } from './room-rules.ts'

export interface HubLimits {
  /** Rooms that one session may be in at once. */
  readonly roomsPerConnection: number
  /** Characters in a person's name. */
  readonly nameLength: number
  /** Characters in a room's name. */
  readonly roomLength: number
}

export const defaultHubLimits: HubLimits = {
  // What a person follows at once, with room to spare; a program that wants more raises it.
  roomsPerConnection: 100,
  nameLength: 64,
  roomLength: 64,
}

export interface HubOptions {
  readonly limits?: Partial<HubLimits>
  /** Where publications are ordered and kept. Default: in memory. Whoever gives one closes it. */
  readonly broker?: Broker
  readonly roomOptionsOf?: RoomOptionsOf
  /** The time, in milliseconds since the Unix epoch. */
  readonly now?: () => number
  readonly positionCheck?: Partial<PositionCheckOptions>
  readonly clock?: Clock
  /** Told when the broker could not be asked to tell us of a room; the next who joins asks again. */
  readonly failed?: (error: unknown, room: string) => void
}

/** How a session wants to enter a room. */
export interface EntryRequest {
  readonly room: string
  /** How the room's others know it. */
  readonly name: string
  readonly format: Format
  /** It wants to be sure that it gets everything: it is told when that cannot be said any more. */
  readonly isPositioned: boolean
  /** It wants what it missed since then. */
  readonly since: Position | undefined
  /** More than so many that it missed are not recovered. Default: as many as the room keeps. */
  readonly limit?: number
  /** Where nothing is recovered, a positioned one wants so many of the newest. Default: none. */
  readonly recent?: number
  /** It leaves this room as soon as it is in the other. */
  readonly insteadOf?: Membership | undefined
}

/** What a publication may say beside its content. */
export interface HubPublishOptions {
  readonly idempotencyKey?: string | undefined
  /** Not kept, even where the room keeps what is said. */
  readonly skipHistory?: boolean | undefined
}

export class Hub {
  readonly limits: HubLimits
  /** Who may what in which room. */
  readonly rules: RoomRules
  readonly #rooms = new Map<string, Room>()
  readonly #broker: Broker
  readonly #now: () => number
  readonly #positionCheck: PositionCheck
  readonly #failed: (error: unknown, room: string) => void

  constructor(options: HubOptions = {}) {
    this.limits = { ...defaultHubLimits, ...options.limits }
    this.#now = options.now ?? Date.now
    this.#broker = options.broker ?? new MemoryBroker()
    this.rules = new RoomRules({
      ...this.limits,
      roomOptionsOf: options.roomOptionsOf,
      clock: options.clock,
    })
    this.#failed = options.failed ?? (() => {})
    this.#broker.listen({
      publication: (name, publication, epoch) => {
        const room = this.#rooms.get(name)
        if (room === undefined) return
        if (publication.offset > 0 && !room.follows(publication.offset, epoch)) this.#losePosition(room)
        room.deliver(publication, epoch)
      },
      // Nothing here sends any.
      signal: () => {},
      gap: (name) => {
        const room = this.#rooms.get(name)
        if (room !== undefined) this.#losePosition(room)
      },
    })
    const target = {
      rooms: this.#rooms,
      broker: this.#broker,
      lost: (room: Room) => this.#losePosition(room),
      failed: this.#failed,
    }
    const checkOptions = { ...defaultPositionCheckOptions, ...options.positionCheck }
    this.#positionCheck = new PositionCheck(target, checkOptions, options.clock ?? systemClock)
  }

  /** Ends what runs in the background. The broker is closed by whoever gave it. */
  close(): void {
    this.#positionCheck.close()
  }

  /** Rooms that have members. */
  get rooms(): ReadonlyMap<string, Room> {
    return this.#rooms
  }

  /** Throws {@link HubRefusal} if there is no such room. */
  optionsOf(roomName: string): RoomOptions {
    return this.#rooms.get(roomName)?.options ?? this.rules.optionsOf(roomName)
  }

  /** Puts a session into a room under a name, live from now on. Throws {@link HubRefusal}. */
  register(
    registrant: Registrant,
    roomName: string,
    name: string,
    format: Format = registrant.format,
  ): Membership {
    const room = this.#roomFor(registrant, roomName, name)
    const membership = room.join(registrant, format, name, this.#now())
    registrant.memberships.push(membership)
    return membership
  }

  /**
   * Puts a session into a room; it is live when the promise resolves, from exactly the position given, in the
   * same turn. `undefined`: it has left meanwhile.
   *
   * @throws HubRefusal, `CatchUpError`, and what the broker throws; it is not in the room then
   */
  async enter(registrant: Registrant, request: EntryRequest): Promise<Entry | undefined> {
    const { room: roomName, name, format, isPositioned, insteadOf } = request
    const room = this.#roomFor(registrant, roomName, name, insteadOf)
    const membership = room.wait(registrant, format, name, isPositioned)
    registrant.memberships.push(membership)
    try {
      await this.#subscribed(room)
      if (membership.isGone) return undefined
      const entry = isPositioned ? await this.#catchUp(membership, request) : this.#goLive(membership)
      if (entry !== undefined && insteadOf !== undefined) this.unregister(registrant, insteadOf)
      return entry
    } catch (error) {
      this.unregister(registrant, membership)
      throw error
    }
  }

  #catchUp(membership: Membership, { since, limit, recent = 0 }: EntryRequest): Promise<Entry | undefined> {
    const kept = membership.room.options.historySize
    return catchUp(this.#broker, membership, { since, limit: limit ?? kept, recent }, this.#now)
  }

  #goLive(membership: Membership): Entry {
    membership.room.goLive(membership, undefined, this.#now())
    return { membership, position: undefined, isRecovered: false, publications: [] }
  }

  /** Takes a session out of a room. */
  unregister(registrant: Registrant, membership: Membership): void {
    const index = registrant.memberships.indexOf(membership)
    if (index === -1) return
    registrant.memberships.splice(index, 1)
    const { room } = membership
    room.leave(membership, this.#now())
    if (room.size > 0) return
    this.#rooms.delete(room.name)
    this.#broker.unsubscribe(room.name).catch((error) => this.#failed(error, room.name))
  }

  /** Takes a session out of all its rooms. */
  unregisterAll(registrant: Registrant): void {
    while (registrant.memberships.length > 0) this.unregister(registrant, registrant.memberships[0]!)
  }

  rename(membership: Membership, name: string): void {
    this.checkName(name)
    membership.room.rename(membership, name, this.#now())
  }

  /**
   * A person's message to its room. Where the room keeps nothing it is on its way at once; else the promise
   * resolves when it is acknowledged, and rejects with what the broker throws. A handler's answer may change it.
   */
  say(membership: Membership, text: string, answer?: PublishAnswer): Promise<Published> | undefined {
    const { room, name, registrant } = membership
    const isNamed = registrant.user !== undefined && registrant.user !== ''
    const info = isNamed ? encodeClientInfo(infoOf(membership)) : undefined
    if (room.options.historySize > 0 || answer !== undefined) {
      const { data, tags, ...options } = answer ?? {}
      const meta = metaOf(info, tags === undefined ? undefined : JSON.stringify(tags))
      const said = data === undefined ? dataOf({ name, text }) : JSON.stringify(data)
      return this.publish(room.name, { data: said, meta }, options)
    }
    room.say({ name, text }, metaOf(info), this.#now())
    return undefined
  }

  /**
   * Publishes JSON to a room, whether anybody is there or not.
   *
   * @returns a promise of the acknowledgement, which rejects with what the broker throws
   * @throws HubRefusal for a name that no room may have
   */
  publish(roomName: string, content: Content, options: HubPublishOptions = {}): Promise<Published> {
    this.checkRoom(roomName)
    const { idempotencyKey, skipHistory = false } = options
    const { historySize, historyTtlMs } = this.optionsOf(roomName)
    const time = content.time ?? this.#now()
    if (historySize === 0 && idempotencyKey === undefined) {
      // Nobody else orders it or keeps it: it needs no broker.
      this.#rooms.get(roomName)?.pass(content.data, content.meta, time)
      return Promise.resolve({ offset: 0, epoch: '', isDuplicate: false })
    }
    return this.#broker.publish(
      roomName,
      { ...content, time },
      {
        historySize: skipHistory ? 0 : historySize,
        ...(historyTtlMs > 0 ? { historyTtlMs } : {}),
        ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      },
    )
  }

  /** Reads a room's history. Rejects with what the broker throws. */
  history(roomName: string, options: HistoryOptions = {}): Promise<History> {
    this.checkRoom(roomName)
    return this.#broker.history(roomName, options)
  }

  /** Who is in a room: all its live members. */
  presence(roomName: string): ClientInfo[] {
    return this.#rooms.get(roomName)?.members.map(infoOf) ?? []
  }

  /** How many clients are in a room, and how many different users; each who is unknown is one. */
  presenceStats(roomName: string): PresenceStats {
    return presenceStatsOf(this.presence(roomName))
  }

  /** Throws {@link HubRefusal} if no room may have this name. */
  checkRoom(roomName: string): void {
    this.rules.checkRoom(roomName)
  }

  /** Throws {@link HubRefusal} if nobody may have this name. */
  checkName(name: string): void {
    this.rules.checkName(name)
  }

  #roomFor(registrant: Registrant, roomName: string, name: string, insteadOf?: Membership): Room {
    this.checkRoom(roomName)
    this.checkName(name)
    const { roomsPerConnection } = this.limits
    const others = registrant.memberships.length - (insteadOf === undefined ? 0 : 1)
    if (others >= roomsPerConnection) {
      throw new HubRefusal('TOO_MANY_ROOMS', `A connection may be in at most ${roomsPerConnection} rooms.`)
    }
    let room = this.#rooms.get(roomName)
    const { members } = this.optionsOf(roomName)
    if (members > 0 && (room?.size ?? 0) >= members) {
      throw new HubRefusal(
        'ROOM_FULL',
        `The room ${roomName} has as many members as it may have, ${members}.`,
      )
    }
    if (room === undefined) {
      room = new Room(roomName, this.rules.optionsOf(roomName))
      this.#rooms.set(roomName, room)
      this.#subscribed(room).catch((error) => this.#failed(error, roomName))
    }
    return room
  }

  /** Resolves when the broker tells us of the room. */
  #subscribed(room: Room): Promise<void> {
    if (room.subscribed !== undefined) return room.subscribed
    const subscribed = this.#broker.subscribe(room.name)
    room.subscribed = subscribed
    subscribed.catch(() => {
      // Whoever waits for it is told; the next asks again.
      room.subscribed = undefined
    })
    return subscribed
  }

  #losePosition(room: Room): void {
    for (const membership of room.losePosition()) {
      const { registrant } = membership
      this.unregister(registrant, membership)
      registrant.positionLost?.(membership)
    }
  }
}
