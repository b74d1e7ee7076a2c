/** The rooms to choose from, worked out anew only when one of the things they come from has changed. */
import { useMemo } from 'preact/hooks'
import { type RoomChoice, roomChoices } from '../state/room-choices.ts'
import { useChatState } from './use-chat.ts'

export function useRoomChoices(): readonly RoomChoice[] {
  const rooms = useChatState((state) => state.rooms)
  const visited = useChatState((state) => state.visited)
  const room = useChatState((state) => state.room)
  const joining = useChatState((state) => state.joining)
  const members = useChatState((state) => state.members)
  return useMemo(
    () => roomChoices({ rooms, visited, room, joining, members }),
    [rooms, visited, room, joining, members],
  )
}
