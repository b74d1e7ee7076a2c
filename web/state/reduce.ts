/** How the page's state answers to actions. */
import type { KeptMessage, LineEvent, ModerationNotice, RoomHistory } from '../link/transport.ts'
import { type ChatAction, type ChatState, type Question, timelineOf } from './chat-state.ts'
import { joinHistory } from './history.ts'
import { renamedMember, withMember, withoutMember } from './members.ts'
import { confirm, doubtAll, doubtLast, doubtOne, withoutOutgoing } from './outgoing.ts'
import type { PresenceChange } from './presence.ts'
import {
  heardAgain,
  leftAlone,
  type Note,
  type Timeline,
  trimmed,
  withMessage,
  withNote,
  withPresence,
} from './timeline.ts'

/** How many rooms' messages are kept in memory. */
const keptTimelines = 20
/** How many rooms are remembered for the next visit. */
const keptVisits = 12

export function reduceChat(state: ChatState, action: ChatAction): ChatState {
  switch (action.type) {
    case 'connection':
      return withConnection(state, action.state, action.at)
    case 'heard':
      return withEvent(state, action.event, action.at)
    case 'say': {
      const { room, name } = state
      const said = { key: action.key, room, text: action.text, name, doubt: undefined }
      return { ...state, outgoing: [...state.outgoing, said], reading: atEnd }
    }
    case 'overdue': {
      const outgoing = doubtOne(state.outgoing, action.key, 'It has not come back for a while.')
      return { ...state, outgoing }
    }
    case 'withdraw':
      return { ...state, outgoing: withoutOutgoing(state.outgoing, action.key) }
    case 'go':
      if (action.isUnderWay) return { ...state, joining: action.room }
      return inRoom({ ...state, members: [] }, action.room)
    case 'name':
      return { ...state, name: action.name, nameRefusal: undefined }
    case 'refuse-name':
      return noted({ ...state, nameRefusal: action.problem }, { tone: 'warning', lines: [action.problem] })
    case 'forget':
      return { ...state, visited: state.visited.filter((room) => room !== action.room) }
    case 'ask':
      return { ...state, asked: new Set([...state.asked, action.question]) }
    case 'note':
      return noted(state, action)
    case 'read':
      return withReading(state, action.isAtEnd)
    case 'look':
      return { ...state, looking: { isVisible: action.isVisible, unseen: 0 } }
  }
}

const atEnd = { isAtEnd: true, unread: 0 }

function withConnection(state: ChatState, connection: ChatState['connection'], at: number): ChatState {
  if (connection.kind === 'connected' || connection.kind === 'connecting') return { ...state, connection }
  const alone = outOfRoom(state, at)
  // A room that we were on the way to is where the person wants to be.
  const there = state.joining === undefined ? alone : inRoom({ ...alone, members: [] }, state.joining)
  return {
    ...there,
    connection,
    outgoing: doubtAll(state.outgoing, 'The connection broke before it came back.'),
  }
}

function withEvent(state: ChatState, event: LineEvent, at: number): ChatState {
  switch (event.kind) {
    case 'welcome': {
      const { room, name, members, messageBytes, history } = event
      // Whoever still is muted is told so after this.
      return hearing(inRoom({ ...state, name, members, messageBytes, mute: undefined }, room), at, history)
    }
    case 'message':
      return withHeardMessage(state, event)
    case 'joined':
      return withPresenceEvent(state, event.room, { what: 'joined', name: event.name }, (members) =>
        withMember(members, event.name),
      )
    case 'left':
      return withPresenceEvent(state, event.room, departure(event), (members) =>
        withoutMember(members, event.name),
      )
    case 'renamed':
      return withPresenceEvent(
        state,
        event.room,
        { what: 'renamed', name: event.from, to: event.to },
        (members) => renamedMember(members, event.from, event.to),
      )
    case 'moved': {
      const { room, name, members, history } = event
      const there = inRoom({ ...outOfRoom(state, at), name, members, mute: muteIn(state, room) }, room)
      return hearing(there, at, history)
    }
    case 'named':
      return { ...state, name: event.name, nameRefusal: undefined }
    case 'members': {
      const known = event.room === state.room ? { ...state, members: event.names } : state
      return answered(known, 'members', [`In #${event.room}: ${event.names.join(', ')}.`])
    }
    case 'rooms': {
      const lines = event.rooms.map(({ room, members }) => `#${room}: ${members}`)
      return answered({ ...state, rooms: event.rooms }, 'rooms', ['Rooms and how many are there:', ...lines])
    }
    case 'help':
      return noted(state, { tone: 'plain', lines: event.lines })
    case 'refused': {
      if (event.request === 'nick') return reduceChat(state, { type: 'refuse-name', problem: event.message })
      const left = event.request === 'join' ? { ...state, joining: undefined } : state
      return noted(left, { tone: 'warning', lines: [event.message] })
    }
    case 'undelivered': {
      const muted = event.mute === undefined ? state : { ...state, mute: event.mute }
      const outgoing = doubtLast(muted.outgoing, event.message)
      const isOurs = outgoing.some((said, index) => said !== muted.outgoing[index])
      return isOurs ? { ...muted, outgoing } : noted(muted, { tone: 'warning', lines: [event.message] })
    }
    case 'token-wanted':
      // The end of the line follows, and says it.
      return state
    case 'token-expiring':
      return noted(state, {
        tone: 'warning',
        lines: ['Your token runs out in a minute. You will be asked for a new one.'],
      })
    case 'ordered':
      return noted(state, { tone: 'plain', lines: event.lines })
    case 'moderated':
      return withNotice(state, event.notice)
  }
}

/** A mute stays in view as long as it holds; all else is said once. */
function withNotice(state: ChatState, notice: ModerationNotice): ChatState {
  if (notice.code === 'muted') return { ...state, mute: notice }
  const spoken = notice.code === 'unmuted' ? { ...state, mute: undefined } : state
  return noted(spoken, { tone: notice.code === 'unmuted' ? 'plain' : 'warning', lines: [notice.message] })
}

/** A mute of the room that we leave stays behind; the server tells of one where we come. */
function muteIn({ mute }: ChatState, room: string): ModerationNotice | undefined {
  return mute?.room === undefined || mute.room === room ? mute : undefined
}

function departure({ name, isRemoved }: LineEvent & { kind: 'left' }): PresenceChange {
  return { what: isRemoved ? 'removed' : 'left', name }
}

function withHeardMessage(state: ChatState, event: LineEvent & { kind: 'message' }): ChatState {
  const { confirmed, rest } = confirm(state.outgoing, event, state.name)
  const timeline = withMessage(timelineOf(state, event.room), {
    ...event,
    isOwn: confirmed !== undefined,
    key: confirmed?.key,
  })
  const isNews = event.room === state.room && confirmed === undefined
  const reading = isNews ? counted(state.reading) : state.reading
  const { isVisible, unseen } = state.looking
  const looking = isNews && !isVisible ? { isVisible, unseen: unseen + 1 } : state.looking
  return withTimeline({ ...state, outgoing: rest, reading, looking }, event.room, timeline)
}

function counted({ isAtEnd, unread }: ChatState['reading']): ChatState['reading'] {
  return { isAtEnd, unread: isAtEnd ? 0 : unread + 1 }
}

function withPresenceEvent(
  state: ChatState,
  room: string,
  change: PresenceChange,
  changeMembers: (members: ChatState['members']) => ChatState['members'],
): ChatState {
  if (room !== state.room) return state
  const known = { ...state, members: changeMembers(state.members) }
  return withTimeline(known, room, withPresence(timelineOf(state, room), change))
}

function answered(state: ChatState, question: Question, lines: readonly string[]): ChatState {
  if (!state.asked.has(question)) return state
  const asked = new Set([...state.asked].filter((other) => other !== question))
  return noted({ ...state, asked }, { tone: 'plain', lines })
}

function noted(state: ChatState, { tone, lines }: Pick<Note, 'tone' | 'lines'>): ChatState {
  return withTimeline(state, state.room, withNote(timelineOf(state, state.room), { tone, lines }))
}

function withReading(state: ChatState, isAtEnd: boolean): ChatState {
  if (isAtEnd === state.reading.isAtEnd) return state
  const read = { ...state, reading: { isAtEnd, unread: 0 } }
  return isAtEnd ? withTimeline(read, state.room, timelineOf(state, state.room)) : read
}

/** We are, or want to be, in this room. */
function inRoom(state: ChatState, room: string): ChatState {
  const timelines = new Map(state.timelines)
  const timeline = timelineOf(state, room)
  timelines.delete(room)
  timelines.set(room, timeline)
  for (const oldest of [...timelines.keys()].slice(0, -keptTimelines)) timelines.delete(oldest)
  return {
    ...state,
    room,
    joining: undefined,
    timelines,
    visited: [room, ...state.visited.filter((other) => other !== room)].slice(0, keptVisits),
    reading: room === state.room ? state.reading : atEnd,
  }
}

/** We don't hear our room any more. */
function outOfRoom(state: ChatState, at: number): ChatState {
  return withTimeline(state, state.room, leftAlone(timelineOf(state, state.room), at))
}

/** We hear our room. */
function hearing(state: ChatState, at: number, history?: RoomHistory): ChatState {
  const { room } = state
  const timeline = timelineOf(state, room)
  if (history === undefined) {
    return withTimeline(state, room, { ...heardAgain(timeline, at), epoch: undefined })
  }
  const { timeline: before, messages, isNews } = joinHistory(timeline, history, at)
  let joined = withTimeline(state, room, before)
  for (const message of messages) joined = withKept(joined, message, isNews)
  return withTimeline(joined, room, { ...timelineOf(joined, room), lastOffset: history.offset })
}

/** What was said before we came is nobody's news, and no proof of what we have said since. */
function withKept(state: ChatState, message: KeptMessage, isNews: boolean): ChatState {
  const { room } = state
  if (isNews) return withHeardMessage(state, { kind: 'message', room, ...message })
  const heard = { ...message, isOwn: false, key: undefined }
  return withTimeline(state, room, withMessage(timelineOf(state, room), heard))
}

function withTimeline(state: ChatState, room: string, timeline: Timeline): ChatState {
  const isReading = room === state.room && !state.reading.isAtEnd
  const timelines = new Map(state.timelines)
  timelines.set(room, trimmed(timeline, isReading))
  return { ...state, timelines }
}
