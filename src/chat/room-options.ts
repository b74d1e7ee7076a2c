/** What a room does beyond passing messages on, and what people may do in it. */
export interface RoomOptions {
  /** Publications that are kept; 0: none, and the room has no offsets. */
  readonly historySize: number
  /** How long a publication is kept, in milliseconds; 0: until newer ones displace it. */
  readonly historyTtlMs: number
  /** Whether subscribers recover what they missed. */
  readonly recovery: Offer
  /** Whether subscribers are told when it can't be said any more that they get all. Who recovers is in any case. */
  readonly positioning: Offer
  /** Whether anybody is told who is there. */
  readonly presence: boolean
  /** Whether members are told who comes and goes. */
  readonly joinLeave: Offer
  /** Whether publications may travel as differences from the one before. */
  readonly delta: boolean
  /** Who may enter. */
  readonly subscribe: EntryRule
  /** Who may publish. */
  readonly publish: Rule
  /** Who may ask who is there. */
  readonly presenceFor: Rule
  /** Who may ask what was said. */
  readonly historyFor: Rule
  /** Members at once; 0: no limit. */
  readonly members: number
  /** What clients publish to the room in a second, all together; 0: no limit. */
  readonly publicationsPerSecond: number
  /** The largest publication of a client, in bytes; 0: no limit but the one of messages. */
  readonly publicationBytes: number
}

/** Whether members get something: never, when they ask for it, or always. */
export type Offer = (typeof offers)[number]

export const offers = ['never', 'asked', 'always'] as const

/**
 * Who may enter: everybody; users, who are known by a token; or nobody, but for whom the server, a handler or a
 * token for the room lets in.
 */
export type EntryRule = (typeof entryRules)[number]

export const entryRules = ['everybody', 'users', 'nobody'] as const

/** Who may do something in a room: of all who may enter it everybody, users or subscribers; or nobody. */
export type Rule = (typeof rules)[number]

export const rules = ['everybody', 'users', 'subscribers', 'nobody'] as const

export const defaultRoomOptions: RoomOptions = {
  // Keeping costs memory or a write for each message: whoever wants it says how much.
  historySize: 0,
  // Five minutes bridge a reconnect, a restart, a tunnel.
  historyTtlMs: 300_000,
  // Who does not ask for it does not know what to do with it.
  recovery: 'asked',
  positioning: 'asked',
  presence: true,
  // Who comes and goes is n² messages in a room of n.
  joinLeave: 'asked',
  delta: true,
  subscribe: 'everybody',
  publish: 'everybody',
  // What goes on in a room is for those who are in it.
  presenceFor: 'subscribers',
  historyFor: 'subscribers',
  members: 0,
  publicationsPerSecond: 0,
  publicationBytes: 0,
}

/**
 * Options of each room by its name; `undefined`: there is no such room. Must not throw, and give the same object for
 * the same options.
 */
export type RoomOptionsOf = (room: string) => RoomOptions | undefined
