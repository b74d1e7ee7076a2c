/**
 * The messages of a room. It keeps to the newest while that is in view, and keeps its place while somebody reads
 * older ones; then a button says how many have come.
 */
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import { timelineOf } from '../state/chat-state.ts'
import { arrange } from '../state/rows.ts'
import { EmptyRoom } from './EmptyRoom.tsx'
import { Icon } from './Icon.tsx'
import { LogRow } from './LogRow.tsx'
import { moments } from './moments.ts'
import { useChat, useChatState } from './use-chat.ts'
import { useNow } from './use-now.ts'

/** What scrolls must be within reach of the keyboard, even where a browser would pass it over. */
const reachable = { tabIndex: 0 }

/** So near to the end counts as being there: a person rarely hits it to the pixel. */
const nearEndPx = 48

export function MessageLog() {
  const chat = useChat()
  const room = useChatState((state) => state.room)
  const entries = useChatState((state) => timelineOf(state, room).entries)
  const outgoing = useChatState((state) => state.outgoing)
  const name = useChatState((state) => state.name ?? '')
  const reading = useChatState((state) => state.reading)
  const now = useNow(60_000)
  const scroller = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)

  const rows = useMemo(() => {
    const ours = outgoing.filter((said) => said.room === room)
    return arrange(entries, ours, name, moments.dayKey)
  }, [entries, outgoing, name, room])

  const shownSize = useRef('')
  // Asked of the store and not of what was drawn: the person may have scrolled since.
  const keepToEnd = () => {
    const element = scroller.current
    if (element === null) return
    if (chat.store.get().reading.isAtEnd) element.scrollTop = element.scrollHeight
    shownSize.current = sizeOf(element)
  }
  useLayoutEffect(keepToEnd, [rows, reading])
  useEffect(() => {
    const observer = new ResizeObserver(keepToEnd)
    for (const element of [scroller.current, content.current]) if (element) observer.observe(element)
    return () => observer.disconnect()
  }, [chat])

  const noticeScroll = () => {
    const element = scroller.current
    if (element === null) return
    // A turned phone or a narrower window scrolls as well. That is not the person's wish to read older messages.
    if (sizeOf(element) !== shownSize.current) {
      keepToEnd()
      return
    }
    const { scrollHeight, scrollTop, clientHeight } = element
    chat.read(scrollHeight - scrollTop - clientHeight < nearEndPx)
  }

  return (
    <div class="log-frame">
      <div
        {...reachable}
        class="log"
        id="log"
        role="log"
        aria-live="polite"
        aria-label={`Messages in ${room}`}
        ref={scroller}
        onScroll={noticeScroll}
      >
        <div class="log-content" ref={content}>
          {rows.length === 0 ? (
            <EmptyRoom />
          ) : (
            rows.map((row) => <LogRow key={row.key} row={row} now={now} />)
          )}
        </div>
      </div>
      {!reading.isAtEnd && (
        <button type="button" class="newer" onClick={() => chat.read(true)}>
          <Icon name="down" />
          {newerWords(reading.unread)}
        </button>
      )}
    </div>
  )
}

function newerWords(unread: number): string {
  if (unread === 0) return 'To the newest'
  return unread === 1 ? '1 new message' : `${unread} new messages`
}

function sizeOf({ scrollHeight, clientHeight }: HTMLElement): string {
  return `${scrollHeight}/${clientHeight}`
}
