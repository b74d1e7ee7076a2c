/** The state of the connection, always in view. */
import { badgeWords } from './connection-words.ts'
import { useChatState } from './use-chat.ts'
import { useNow } from './use-now.ts'

export function ConnectionBadge() {
  const connection = useChatState((state) => state.connection)
  const now = useNow(connection.kind === 'waiting' ? 250 : undefined)
  return (
    <span class="connection-badge" data-state={connection.kind}>
      <span class="connection-dot" aria-hidden="true" />
      {badgeWords(connection, now)}
    </span>
  )
}
