/** The rooms, with how many are in each, and the way to others. */

import { useEffect } from 'preact/hooks'
import type { RoomChoice } from '../state/room-choices.ts'
import { Icon } from './Icon.tsx'
import { commandKey } from './key-names.ts'
import { useChat } from './use-chat.ts'
import { useRoomChoices } from './use-room-choices.ts'

interface RoomListProps {
  /** A room was chosen. */
  onChosen?: () => void
  onSwitch: () => void
}

/** More than anybody looks through; the others are found by typing. */
const shownRooms = 100

export function RoomList({ onChosen, onSwitch }: RoomListProps) {
  const chat = useChat()
  const choices = useRoomChoices()
  useEffect(() => chat.refreshRooms(), [chat])
  const choose = (room: string) => {
    chat.go(room)
    onChosen?.()
  }
  return (
    <nav class="rooms" aria-labelledby="rooms-title">
      <h2 id="rooms-title">Rooms</h2>
      <ul>
        {choices.slice(0, shownRooms).map((choice) => (
          <RoomItem
            key={choice.room}
            choice={choice}
            onChoose={() => choose(choice.room)}
            onForget={() => chat.forget(choice.room)}
          />
        ))}
      </ul>
      <button type="button" class="other-room" onClick={onSwitch} aria-keyshortcuts="Control+K Meta+K">
        <Icon name="plus" />
        <span>Other room</span>
        <span class="keys" aria-hidden="true">
          {commandKey} K
        </span>
      </button>
    </nav>
  )
}

interface RoomItemProps {
  choice: RoomChoice
  onChoose: () => void
  onForget: () => void
}

function RoomItem({ choice: { room, members, isHere }, onChoose, onForget }: RoomItemProps) {
  return (
    <li class="room-item">
      <button type="button" class="room-button" aria-current={isHere ? 'page' : undefined} onClick={onChoose}>
        <span class="hash" aria-hidden="true">
          #
        </span>
        <bdi class="room-name">{room}</bdi>
        {members !== undefined && (
          <span class="count">
            {members}
            <span class="visually-hidden"> here</span>
          </span>
        )}
      </button>
      {members === undefined && !isHere && (
        <button type="button" class="icon-button forget" aria-label={`Forget ${room}`} onClick={onForget}>
          <Icon name="close" />
        </button>
      )}
    </li>
  )
}
