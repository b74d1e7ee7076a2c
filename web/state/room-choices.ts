/** The rooms to choose from: those that the server has, and those that this person has been in. */
import type { ChatState } from './chat-state.ts'

export interface RoomChoice {
  readonly room: string
  /** How many are there; `undefined`: nobody, as far as is known. */
  readonly members: number | undefined
  /** The room that we are in or on the way to. */
  readonly isHere: boolean
}

type Known = Pick<ChatState, 'rooms' | 'visited' | 'room' | 'joining' | 'members'>

export function roomChoices({ rooms, visited, room, joining, members }: Known): RoomChoice[] {
  const counts = new Map<string, number | undefined>(visited.map((name) => [name, undefined]))
  for (const summary of rooms) counts.set(summary.room, summary.members)
  // Our own room's members we know at once, the others' only from time to time.
  counts.set(room, members.length === 0 ? counts.get(room) : members.length)
  const here = joining ?? room
  if (!counts.has(here)) counts.set(here, undefined)
  return [...counts]
    .map(([name, count]) => ({ room: name, members: count, isHere: name === here }))
    .sort((one, other) => one.room.localeCompare(other.room))
}

/** The room that many steps down (or up) the list, round and round. */
export function neighbourRoom(choices: readonly RoomChoice[], step: 1 | -1): string | undefined {
  const here = choices.findIndex((choice) => choice.isHere)
  return choices[(here + step + choices.length) % choices.length]?.room
}

/** The choices whose names begin with what was typed (the same name first), and those that hold it elsewhere. */
export function matchingRooms(
  choices: readonly RoomChoice[],
  typed: string,
): { begin: RoomChoice[]; hold: RoomChoice[] } {
  const wanted = typed.toLowerCase()
  const placed = choices.map((choice) => ({ choice, at: choice.room.toLowerCase().indexOf(wanted) }))
  const begin = placed.filter(({ at }) => at === 0).map(({ choice }) => choice)
  return {
    begin: begin.sort((one, other) => Number(other.room === typed) - Number(one.room === typed)),
    hold: placed.filter(({ at }) => at > 0).map(({ choice }) => choice),
  }
}
