/** Where the page begins: puts its parts together and enters. */
import './style/index.css'
import { render } from 'preact'
import { roomOf } from './browser/address.ts'
import { draftsIn } from './browser/drafts.ts'
import { memoryIn } from './browser/memory.ts'
import { preferencesIn } from './browser/preferences.ts'
import { applyTheme } from './browser/theme.ts'
import { tokenIn } from './browser/token.ts'
import { beforeNextFrame, tieToBrowser } from './browser/visit.ts'
import { Chat } from './chat.ts'
import { realClock } from './link/clock.ts'
import { plainTransport } from './link/plain-socket.ts'
import { askRefusal } from './link/refusal.ts'
import { Page } from './view/Page.tsx'
import { ChatContext } from './view/use-chat.ts'

applyTheme()

const preferences = preferencesIn(memoryIn(() => localStorage))
const chat = new Chat({
  transport: plainTransport(location.href, (url) => new WebSocket(url), askRefusal),
  clock: realClock,
  random: Math.random,
  isOnline: () => navigator.onLine,
  schedule: beforeNextFrame,
  preferences,
  drafts: draftsIn(memoryIn(() => sessionStorage)),
  token: tokenIn(
    memoryIn(() => sessionStorage),
    location,
  ),
  room: roomOf(location.search, preferences.room),
})

tieToBrowser(chat)
render(
  <ChatContext.Provider value={chat}>
    <Page />
  </ChatContext.Provider>,
  document.getElementById('page')!,
)
chat.connection.start()
