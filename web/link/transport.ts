/**
 * What carries the chat between this page and a server, in the page's own words: no frames, no commands, no
 * protocol. Whatever speaks to the server (a WebSocket in the plain dialect today) stands behind it.
 *
 * What an implementation promises:
 * - It calls its listener never from within `connect`, and with events in the order in which they happened.
 * - The first event is `welcome`; until then nothing may be sent.
 * - `ended` is called at most once, last, and not at all after `hangUp`.
 */
export interface Transport {
  connect(as: Passport, listener: LineListener): Line
}

/** Who enters, and where. Without a name the server gives one. */
export interface Passport {
  readonly room: string
  readonly name: string | undefined
  /** Says who that is, where the server wants to know; `undefined`: there is none. */
  readonly token?: string | undefined
  /** What we have had of the room; `undefined`: nothing that can be said. */
  readonly since?: RoomPosition | undefined
}

/** A message in the stream that a room keeps. The epoch names the stream: it is another when that was lost. */
export interface RoomPosition {
  readonly offset: number
  readonly epoch: string
}

/** What a room that keeps its messages gives who enters: the newest, or all that was missed. It stands at its position. */
export interface RoomHistory extends RoomPosition {
  /** Oldest first. */
  readonly messages: readonly KeptMessage[]
}

export interface KeptMessage {
  readonly name: string
  /** As in what we hear. */
  readonly user?: string
  readonly text: string
  readonly time: number
  readonly offset: number
}

/** Why a token is wanted: there was none, it is none of this server's, or its time is over. */
export type TokenProblem = 'required' | 'invalid' | 'expired'

/** One attempt at a connection, and what may be said on it. What is sent on a dead line is lost. */
export interface Line {
  /** Says a text in the room where we are. We hear it back like everybody else. */
  say(text: string): void
  /** Moves us to another room. */
  join(room: string): void
  rename(name: string): void
  askMembers(): void
  askRooms(): void
  askHelp(): void
  /** Gives a moderator's order, as it is typed. */
  order(text: string): void
  /** Ends the line from our side, at once. */
  hangUp(): void
}

export interface LineListener {
  event(event: LineEvent): void
  ended(ending: LineEnding): void
}

/** How a line ended: a WebSocket close code (RFC 6455 section 7.4), and whether we had been welcomed on it. */
export interface LineEnding {
  readonly code: number
  readonly reason: string
  readonly wasWelcomed: boolean
}

/** A room and how many are in it. */
export interface RoomSummary {
  readonly room: string
  readonly members: number
}

/** What is heard on a line. Times are milliseconds since the Unix epoch, by the server's clock. */
export type LineEvent =
  | {
      readonly kind: 'welcome'
      readonly room: string
      readonly name: string
      readonly members: readonly string[]
      /** The longest message the server takes, in bytes of UTF-8. */
      readonly messageBytes: number
      /** `undefined`: the room keeps nothing. */
      readonly history?: RoomHistory | undefined
    }
  | {
      readonly kind: 'message'
      readonly room: string
      readonly name: string
      /** The person whom a token has named; without it nobody vouches for the name. */
      readonly user?: string
      readonly text: string
      readonly time: number
      /** Counts the messages of a room; each is one more than the last. 0: this one does not count. */
      readonly offset: number
    }
  | { readonly kind: 'joined'; readonly room: string; readonly name: string; readonly time: number }
  | {
      readonly kind: 'left'
      readonly room: string
      readonly name: string
      readonly time: number
      /** They did not go by themselves. */
      readonly isRemoved: boolean
    }
  | {
      readonly kind: 'renamed'
      readonly room: string
      readonly from: string
      readonly to: string
      readonly time: number
    }
  /** We are in another room now, as we asked. */
  | {
      readonly kind: 'moved'
      readonly room: string
      readonly name: string
      readonly members: readonly string[]
      readonly history?: RoomHistory | undefined
    }
  /** We have the name that we asked for. */
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'members'; readonly room: string; readonly names: readonly string[] }
  | { readonly kind: 'rooms'; readonly rooms: readonly RoomSummary[] }
  | { readonly kind: 'help'; readonly lines: readonly string[] }
  /** We are not let in, or not any longer, until we show a token. The line ends. */
  | { readonly kind: 'token-wanted'; readonly problem: TokenProblem }
  /** Our token runs out soon. */
  | { readonly kind: 'token-expiring'; readonly message: string }
  /** What an order of ours did. */
  | { readonly kind: 'ordered'; readonly lines: readonly string[] }
  /** A moderator has decided something about us. */
  | { readonly kind: 'moderated'; readonly notice: ModerationNotice }
  /** A request (named by the command it is in the plain dialect) was not granted. */
  | { readonly kind: 'refused'; readonly request: string; readonly message: string }
  /** What we said last was not delivered. */
  | {
      readonly kind: 'undelivered'
      readonly code: string
      readonly message: string
      /** The mute for which it was not. */
      readonly mute: ModerationNotice | undefined
    }

/** What a moderator decided about us. */
export interface ModerationNotice {
  /** `muted`, `unmuted`, `banned`, `kicked`, or what a newer server says. */
  readonly code: string
  /** All of it, in a sentence. */
  readonly message: string
  /** `undefined`: in all rooms. */
  readonly room: string | undefined
  /** Milliseconds since the Unix epoch; `undefined`: without an end. */
  readonly until: number | undefined
  readonly reason: string | undefined
}
