/** What a room says while nothing has been said in it. */
import { useState } from 'preact/hooks'
import { Icon } from './Icon.tsx'
import { QuietWire } from './QuietWire.tsx'
import { useChatState } from './use-chat.ts'

export function EmptyRoom() {
  const room = useChatState((state) => state.room)
  const isConnected = useChatState((state) => state.connection.kind === 'connected')
  const members = useChatState((state) => state.members.length)
  return (
    <div class="empty">
      <QuietWire />
      {isConnected ? (
        <>
          <h2>
            Quiet in <bdi>#{room}</bdi>
          </h2>
          <p>
            {members > 1
              ? 'What you write here, everybody in the room sees at once.'
              : 'You are the only one here. Give this page’s address to somebody and begin.'}
          </p>
          <CopyAddress />
        </>
      ) : (
        <>
          <h2>Nothing heard yet</h2>
          <p>Messages show up here as soon as you are connected.</p>
        </>
      )}
    </div>
  )
}

function CopyAddress() {
  const [isCopied, setIsCopied] = useState(false)
  // Browsers have no clipboard for pages that came over plain HTTP from elsewhere.
  if (navigator.clipboard === undefined) {
    return <input class="field" readOnly aria-label="Address of this room" value={location.href} />
  }
  const copy = async () => {
    await navigator.clipboard.writeText(location.href)
    setIsCopied(true)
  }
  return (
    <button type="button" class="button" onClick={copy}>
      <Icon name="link" />
      <span aria-live="polite">{isCopied ? 'Address copied' : 'Copy the address'}</span>
    </button>
  )
}
