/** Everything that the page shows, as one value. */
import type { ConnectionState } from '../link/connection-state.ts'
import type { LineEvent, ModerationNotice, RoomSummary } from '../link/transport.ts'
import type { Members } from './members.ts'
import type { OutgoingList } from './outgoing.ts'
import { emptyTimeline, type Timeline } from './timeline.ts'

export interface ChatState {
  readonly connection: ConnectionState
  /** Where we are; while not connected, where we shall enter. */
  readonly room: string
  /** The room that we have asked to be moved to and have not heard of yet. */
  readonly joining: string | undefined
  /** `undefined` until the server has given us one. */
  readonly name: string | undefined
  /** Why the name that was asked for last was refused. */
  readonly nameRefusal: string | undefined
  /** The longest message the server takes, in bytes of UTF-8; `undefined` until it has said so. */
  readonly messageBytes: number | undefined
  /** Why we may not speak, as last heard; `undefined`: we may. */
  readonly mute: ModerationNotice | undefined
  /** Who is in our room, ourselves included, as last heard. */
  readonly members: Members
  /** The rooms that the server has, as last heard. */
  readonly rooms: readonly RoomSummary[]
  /** Rooms that this person has been in, the latest first. */
  readonly visited: readonly string[]
  /** By room, the one visited longest ago first. */
  readonly timelines: ReadonlyMap<string, Timeline>
  readonly outgoing: OutgoingList
  /** Whether the newest message is in view, and how many came since it was. */
  readonly reading: { readonly isAtEnd: boolean; readonly unread: number }
  /** Whether the page itself is in view, and how many messages came since it was. */
  readonly looking: { readonly isVisible: boolean; readonly unseen: number }
  /** Answers that the person asked for, and that are to be shown when they come. */
  readonly asked: ReadonlySet<Question>
}

export type Question = 'members' | 'rooms'

/** All that can change it. `at` is the time by our own clock, in milliseconds since the Unix epoch. */
export type ChatAction =
  | { readonly type: 'connection'; readonly state: ConnectionState; readonly at: number }
  | { readonly type: 'heard'; readonly event: LineEvent; readonly at: number }
  | { readonly type: 'say'; readonly key: string; readonly text: string }
  | { readonly type: 'overdue'; readonly key: string }
  | { readonly type: 'withdraw'; readonly key: string }
  /** `isUnderWay`: the server was asked; otherwise nobody can be, and we enter there next time. */
  | { readonly type: 'go'; readonly room: string; readonly isUnderWay: boolean }
  | { readonly type: 'name'; readonly name: string }
  | { readonly type: 'refuse-name'; readonly problem: string }
  | { readonly type: 'forget'; readonly room: string }
  | { readonly type: 'ask'; readonly question: Question }
  | { readonly type: 'note'; readonly tone: 'plain' | 'warning'; readonly lines: readonly string[] }
  | { readonly type: 'read'; readonly isAtEnd: boolean }
  | { readonly type: 'look'; readonly isVisible: boolean }

export interface ChatStart {
  readonly room: string
  readonly name: string | undefined
  readonly visited: readonly string[]
  readonly outgoing: OutgoingList
}

export function initialChatState({ room, name, visited, outgoing }: ChatStart): ChatState {
  return {
    connection: { kind: 'connecting', after: undefined },
    room,
    joining: undefined,
    name,
    nameRefusal: undefined,
    messageBytes: undefined,
    mute: undefined,
    members: [],
    rooms: [],
    visited,
    timelines: new Map(),
    outgoing,
    reading: { isAtEnd: true, unread: 0 },
    looking: { isVisible: true, unseen: 0 },
    asked: new Set(),
  }
}

export function timelineOf(state: ChatState, room: string): Timeline {
  return state.timelines.get(room) ?? emptyTimeline
}

/** Why we may not speak where we are. */
export function muteHere({ mute, room }: ChatState): ModerationNotice | undefined {
  return mute?.room === undefined || mute.room === room ? mute : undefined
}
