/** Under a message of ours that was not confirmed: why, and what can be done about it. */
import type { Outgoing } from '../state/outgoing.ts'
import { Icon } from './Icon.tsx'
import { useChat, useChatState } from './use-chat.ts'

export function OutgoingMark({ said }: { said: Outgoing }) {
  const chat = useChat()
  const isConnected = useChatState((state) => state.connection.kind === 'connected')
  if (said.doubt === undefined) return <span class="visually-hidden">Sending</span>
  return (
    <div class="doubt">
      <p>
        <Icon name="warning" />
        <strong>Not confirmed.</strong> {said.doubt}
      </p>
      <button type="button" class="button" disabled={!isConnected} onClick={() => chat.sayAgain(said.key)}>
        Send again
      </button>
      <button type="button" class="button quiet" onClick={() => chat.withdraw(said.key)}>
        Discard
      </button>
    </div>
  )
}
