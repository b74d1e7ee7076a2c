/** Ties the chat to what happens to the page around it: its address and title, the network, being looked at. */
import type { Chat } from '../chat.ts'
import { addressOf, roomOf } from './address.ts'
import { tokenOfHash } from './token.ts'

export function tieToBrowser(chat: Chat): void {
  let shownRoom = chat.store.get().room

  chat.store.subscribe(() => {
    const { room, looking } = chat.store.get()
    document.title = `${looking.unseen > 0 ? `(${looking.unseen}) ` : ''}#${room} · Longwire`
    if (room === shownRoom) return
    shownRoom = room
    if (roomOf(location.search, undefined) !== room)
      history.pushState(null, '', addressOf(location.href, room))
  })
  history.replaceState(null, '', addressOf(location.href, shownRoom))
  // A link with a token that is opened in this tab may change nothing else.
  addEventListener('hashchange', () => {
    const token = tokenOfHash(location.hash)
    if (token === undefined) return
    history.replaceState(null, '', addressOf(location.href, shownRoom))
    chat.enterWith(token)
  })
  addEventListener('popstate', () => chat.go(roomOf(location.search, undefined)))

  // Back from the browser's cache of pages, where connections die in silence.
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) chat.connection.wake()
  })
  addEventListener('online', () => chat.connection.wake())
  addEventListener('offline', () => chat.connection.networkLost())
  document.addEventListener('visibilitychange', () => {
    const isVisible = document.visibilityState === 'visible'
    chat.look(isVisible)
    if (isVisible) chat.connection.wake()
  })
}

/** Before the next frame of the screen, or soon where there is none because nobody looks. */
export function beforeNextFrame(action: () => void): void {
  if (document.visibilityState === 'visible') requestAnimationFrame(action)
  else setTimeout(action, 250)
}
