/** Where we are, who else is, and how the connection does. */
import { ConnectionBadge } from './ConnectionBadge.tsx'
import { Icon } from './Icon.tsx'
import type { Panel } from './panel.ts'
import { useChatState } from './use-chat.ts'

interface RoomHeaderProps {
  hasRoomsButton: boolean
  hasPeopleButton: boolean
  onOpen: (panel: Panel) => void
}

export function RoomHeader({ hasRoomsButton, hasPeopleButton, onOpen }: RoomHeaderProps) {
  const room = useChatState((state) => state.joining ?? state.room)
  const count = useChatState((state) => state.members.length)
  const connection = useChatState((state) => state.connection.kind)
  return (
    <header class="room-header">
      {hasRoomsButton && (
        <button
          type="button"
          class="icon-button"
          aria-label="Rooms and settings"
          onClick={() => onOpen('rooms')}
        >
          <Icon name="menu" />
        </button>
      )}
      <div class="room-title">
        <h1>
          <span class="hash" aria-hidden="true">
            #
          </span>
          <bdi title={room}>{room}</bdi>
        </h1>
        <ConnectionBadge />
      </div>
      {hasPeopleButton && (
        <button
          type="button"
          class="people-button"
          aria-label={`People: ${count} here`}
          onClick={() => onOpen('people')}
        >
          <Icon name="people" />
          <span class="count">{count}</span>
        </button>
      )}
      <div class="wire" data-state={connection} aria-hidden="true" />
    </header>
  )
}
