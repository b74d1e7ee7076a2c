/** That we may not speak, until when, and why; above the place where we would. */
import { muteHere } from '../state/chat-state.ts'
import { muteWords } from './mute-words.ts'
import { useChatState } from './use-chat.ts'
import { useNow } from './use-now.ts'

export function MuteBanner() {
  const mute = useChatState(muteHere)
  const isConnected = useChatState((state) => state.connection.kind === 'connected')
  const now = useNow(mute?.until === undefined ? undefined : 1_000)
  const words = isConnected && mute !== undefined ? muteWords(mute, now) : undefined
  return (
    <>
      <p class="visually-hidden" role="status">
        {words}
      </p>
      {words !== undefined && (
        <div class="banner" data-state="muted">
          <p>{words}</p>
        </div>
      )}
    </>
  )
}
