/** How components get at the chat, and at the parts of its state that they show. */
import { createContext } from 'preact'
import { useContext, useEffect, useReducer, useRef } from 'preact/hooks'
import type { Chat } from '../chat.ts'
import type { ChatState } from '../state/chat-state.ts'

export const ChatContext = createContext<Chat | undefined>(undefined)

export function useChat(): Chat {
  const chat = useContext(ChatContext)
  if (chat === undefined) throw new Error('A component of the chat stands outside of it.')
  return chat
}

/** A part of the state. The component is drawn again when that part is another value. */
export function useChatState<Part>(select: (state: ChatState) => Part): Part {
  const { store } = useChat()
  const [, drawAgain] = useReducer((count: number) => count + 1, 0)
  const part = select(store.get())
  const latest = useRef({ select, part })
  latest.current = { select, part }
  useEffect(() => {
    const compare = () => {
      const { select, part } = latest.current
      if (!Object.is(select(store.get()), part)) drawAgain(undefined)
    }
    // Something may have changed since this was drawn.
    compare()
    return store.subscribe(compare)
  }, [store])
  return part
}
