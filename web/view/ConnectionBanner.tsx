/** What is the matter with the connection, what happens next, and a way to hurry it. */
import { bannerWords, connectionSentence } from './connection-words.ts'
import { useChat, useChatState } from './use-chat.ts'
import { useNow } from './use-now.ts'

export function ConnectionBanner() {
  const chat = useChat()
  const connection = useChatState((state) => state.connection)
  const now = useNow(connection.kind === 'waiting' ? 250 : undefined)
  const isFirst = connection.kind === 'connecting' && connection.after === undefined
  // Whoever is asked for a token is told why where they are asked.
  const isShown = !['connected', 'token-wanted'].includes(connection.kind) && !isFirst
  return (
    <>
      <p class="visually-hidden" role="status">
        {isFirst ? '' : connectionSentence(connection)}
      </p>
      {isShown && (
        <div class="banner" data-state={connection.kind}>
          <p>{bannerWords(connection, now)}</p>
          {connection.kind !== 'connecting' && (
            <button type="button" class="button" onClick={() => chat.connection.tryNow()}>
              {connection.kind === 'stopped' ? 'Ask again' : 'Try now'}
            </button>
          )}
        </div>
      )}
    </>
  )
}
