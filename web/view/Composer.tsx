/** Where a person writes. What is written stays until it is sent, whatever happens to the connection or the page. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { readInput } from '../text/input.ts'
import { messageSize } from '../text/message-size.ts'
import { emptyRecall, recall, remember } from '../text/recall.ts'
import { Icon } from './Icon.tsx'
import { useChat, useChatState } from './use-chat.ts'

export function Composer() {
  const chat = useChat()
  // Where we are on the way to counts at once, or the first letters would stay behind.
  const room = useChatState((state) => state.joining ?? state.room)
  const isConnected = useChatState((state) => state.connection.kind === 'connected')
  const messageBytes = useChatState((state) => state.messageBytes)
  const [text, setText] = useState('')
  const past = useRef(emptyRecall)
  const field = useRef<HTMLTextAreaElement>(null)
  const size = messageSize(text, messageBytes)

  useLayoutEffect(() => setText(chat.drafts.read(room)), [chat, room])
  useLayoutEffect(() => {
    const element = field.current
    if (element === null) return
    element.style.height = 'auto'
    element.style.height = `${element.scrollHeight}px`
  }, [text])
  useEffect(() => {
    // On a phone the keyboard would cover half of the page before anything has been read.
    if (matchMedia('(pointer: fine)').matches) field.current?.focus()
  }, [])

  const write = (written: string) => {
    setText(written)
    chat.drafts.write(room, written)
  }

  const send = () => {
    const input = readInput(text)
    if (input === undefined || size.isTooLong) return
    if (!chat.perform(input)) return
    past.current = remember(past.current, text)
    chat.drafts.write(room, '')
    setText('')
  }

  /** Arrow up in an empty field, or in one that shows an earlier text. */
  const recallText = (event: KeyboardEvent, step: 1 | -1) => {
    const isUntouched = text === '' || text === past.current.texts[past.current.at]
    const found = isUntouched ? recall(past.current, step) : undefined
    if (found === undefined) return
    event.preventDefault()
    past.current = found.recall
    write(found.text)
  }

  const handleKey = (event: KeyboardEvent) => {
    // Enter that ends the choice of a character (Chinese, Japanese, Korean) is not meant for us.
    if (event.isComposing) return
    const hasModifier = event.shiftKey || event.altKey || event.ctrlKey || event.metaKey
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      event.preventDefault()
      send()
    } else if (event.key === 'ArrowUp' && !hasModifier) recallText(event, 1)
    else if (event.key === 'ArrowDown' && !hasModifier) recallText(event, -1)
    else if (event.key === 'Escape') chat.read(true)
    else if (event.key === 'PageUp' || event.key === 'PageDown') scrollLog(event)
  }

  return (
    <form
      class="composer"
      aria-label="Write a message"
      onSubmit={(event) => {
        event.preventDefault()
        send()
        field.current?.focus()
      }}
    >
      <div class="composer-box">
        <textarea
          id="message"
          ref={field}
          rows={1}
          dir="auto"
          aria-label={`Message to ${room}`}
          aria-describedby="composer-hint"
          placeholder={isConnected ? `Message #${room}` : 'Write on: it is kept until you are connected'}
          enterkeyhint="send"
          autoComplete="off"
          value={text}
          onInput={(event) => write(event.currentTarget.value)}
          onKeyDown={handleKey}
        />
        <button
          type="submit"
          class="send"
          aria-label="Send"
          disabled={!isConnected || size.isTooLong || text.trim() === ''}
        >
          <Icon name="send" />
        </button>
      </div>
      <p id="composer-hint" class={size.warning === undefined ? 'hint' : 'hint warning'}>
        {size.warning ?? <Hint />}
      </p>
    </form>
  )
}

function Hint() {
  return (
    <>
      <kbd>Enter</kbd> sends, <kbd>Shift</kbd> <kbd>Enter</kbd> begins a line, <kbd>/help</kbd> lists commands
    </>
  )
}

function scrollLog(event: KeyboardEvent) {
  const log = document.getElementById('log')
  if (log === null) return
  event.preventDefault()
  log.scrollBy({ top: (event.key === 'PageUp' ? -0.9 : 0.9) * log.clientHeight })
}
