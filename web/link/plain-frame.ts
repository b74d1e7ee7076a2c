/** Reads a frame of the plain dialect in its JSON form. A frame that isn't understood is `undefined`, not a fault. */
import type {
  KeptMessage,
  LineEvent,
  ModerationNotice,
  RoomHistory,
  RoomSummary,
  TokenProblem,
} from './transport.ts'

/** The limit that holds where the server names none: the server's own default. */
const defaultMessageBytes = 65_536

/** What codes say of our token. */
const tokenProblems: ReadonlyMap<string, TokenProblem> = new Map([
  ['token-required', 'required'],
  ['token-invalid', 'invalid'],
  ['token-expired', 'expired'],
])

/** What the text of one frame says; `undefined`: nothing that this page knows (a newer server may say more). */
export function readPlainFrame(text: string): LineEvent | undefined {
  const frame = parseRecord(text)
  if (frame === undefined) return undefined
  if (isRecord(frame.welcome)) return readWelcome(frame.welcome)
  if (typeof frame.command === 'string') return readReply(frame.command, frame)
  if (typeof frame.error === 'string') {
    const { error: code } = frame
    const message = stringOr(frame.message, code)
    const problem = tokenProblems.get(code)
    if (problem !== undefined) return { kind: 'token-wanted', problem }
    if (code === 'token-expiring') return { kind: 'token-expiring', message }
    return {
      kind: 'undelivered',
      code,
      message,
      mute: code === 'muted' ? readNotice(code, frame) : undefined,
    }
  }
  if (typeof frame.notice === 'string') return { kind: 'moderated', notice: readNotice(frame.notice, frame) }
  return readRoomFrame(frame)
}

function readWelcome(welcome: Fields): LineEvent | undefined {
  const { room, name, members, limits } = welcome
  if (typeof room !== 'string' || typeof name !== 'string') return undefined
  const messageBytes = isRecord(limits) ? limits.messageBytes : undefined
  return {
    kind: 'welcome',
    room,
    name,
    members: strings(members),
    messageBytes: typeof messageBytes === 'number' ? messageBytes : defaultMessageBytes,
    history: readHistory(welcome.history),
  }
}

function readHistory(history: unknown): RoomHistory | undefined {
  if (!isRecord(history)) return undefined
  const { epoch, offset } = history
  if (typeof epoch !== 'string' || typeof offset !== 'number') return undefined
  return { epoch, offset, messages: list(history.messages).filter(isKeptMessage) }
}

function readReply(command: string, frame: Fields): LineEvent | undefined {
  if (typeof frame.error === 'string') return { kind: 'refused', request: command, message: frame.error }
  const { room, name } = frame
  switch (command) {
    case 'nick':
      return typeof name === 'string' ? { kind: 'named', name } : undefined
    case 'join':
      if (typeof room !== 'string' || typeof name !== 'string') return undefined
      return {
        kind: 'moved',
        room,
        name,
        members: strings(frame.members),
        history: readHistory(frame.history),
      }
    case 'who':
      return typeof room === 'string' ? { kind: 'members', room, names: strings(frame.names) } : undefined
    case 'rooms':
      return { kind: 'rooms', rooms: list(frame.rooms).filter(isRoomSummary) }
    case 'help':
      return { kind: 'help', lines: strings(frame.lines) }
    default:
      return Array.isArray(frame.lines) ? { kind: 'ordered', lines: strings(frame.lines) } : undefined
  }
}

function readNotice(code: string, { message, room, until, reason }: Fields): ModerationNotice {
  return {
    code,
    message: stringOr(message, code),
    room: typeof room === 'string' ? room : undefined,
    until: typeof until === 'number' ? until : undefined,
    reason: typeof reason === 'string' ? reason : undefined,
  }
}

function readRoomFrame(frame: Fields): LineEvent | undefined {
  const { room, time, name, user, text, offset, join, leave } = frame
  if (typeof room !== 'string' || typeof time !== 'number') return undefined
  if (typeof text === 'string' && typeof name === 'string') {
    const author = typeof user === 'string' ? { name, user } : { name }
    const position = typeof offset === 'number' ? offset : 0
    return { kind: 'message', room, ...author, text, time, offset: position }
  }
  if (typeof join === 'string' && typeof leave === 'string') {
    return { kind: 'renamed', room, from: leave, to: join, time }
  }
  if (typeof join === 'string') return { kind: 'joined', room, name: join, time }
  if (typeof leave === 'string')
    return { kind: 'left', room, name: leave, time, isRemoved: frame.removed === true }
  return undefined
}

type Fields = Readonly<Record<string, unknown>>

function parseRecord(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : undefined
  } catch {
    // Not JSON: nothing that this page knows, as any other unknown frame.
    return undefined
  }
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function strings(value: unknown): readonly string[] {
  return list(value).filter((item) => typeof item === 'string')
}

function stringOr(value: unknown, fallback: string): string {
  return typeof value === 'string' ? value : fallback
}

function isKeptMessage(value: unknown): value is KeptMessage {
  return (
    isRecord(value) &&
    typeof value.name === 'string' &&
    (value.user === undefined || typeof value.user === 'string') &&
    typeof value.text === 'string' &&
    typeof value.time === 'number' &&
    typeof value.offset === 'number'
  )
}

function isRoomSummary(value: unknown): value is RoomSummary {
  return isRecord(value) && typeof value.room === 'string' && typeof value.members === 'number'
}
