/** The whole page: three columns where there is room, else the talk alone with drawers beside it. */
import { useEffect, useState } from 'preact/hooks'
import { neighbourRoom, roomChoices } from '../state/room-choices.ts'
import { Composer } from './Composer.tsx'
import { ConnectionBanner } from './ConnectionBanner.tsx'
import { Dialog } from './Dialog.tsx'
import { HelpDialog } from './HelpDialog.tsx'
import { MessageLog } from './MessageLog.tsx'
import { MuteBanner } from './MuteBanner.tsx'
import { NameDialog } from './NameDialog.tsx'
import { PeopleList } from './PeopleList.tsx'
import type { Panel } from './panel.ts'
import { RoomHeader } from './RoomHeader.tsx'
import { RoomSwitcher } from './RoomSwitcher.tsx'
import { Sidebar } from './Sidebar.tsx'
import { pageShortcut } from './shortcut.ts'
import { TokenGate } from './TokenGate.tsx'
import { useChat, useChatState } from './use-chat.ts'
import { useMedia } from './use-media.ts'

export function Page() {
  const chat = useChat()
  const room = useChatState((state) => state.room)
  const count = useChatState((state) => state.members.length)
  const problem = useChatState(({ connection }) =>
    connection.kind === 'token-wanted' ? connection.problem : undefined,
  )
  const [panel, setPanel] = useState<Panel>()
  const hasRoomsColumn = useMedia('(min-width: 50rem)')
  const hasPeopleColumn = useMedia('(min-width: 70rem)')
  const close = () => setPanel(undefined)

  useEffect(() => {
    const handleKey = (event: KeyboardEvent) => {
      const shortcut = pageShortcut(event)
      if (shortcut === undefined) return
      event.preventDefault()
      if (shortcut === 'switcher' || shortcut === 'help') return setPanel(shortcut)
      if (shortcut === 'write') return focusMessage()
      const next = neighbourRoom(roomChoices(chat.store.get()), shortcut === 'next-room' ? 1 : -1)
      if (next !== undefined) chat.go(next)
    }
    addEventListener('keydown', handleKey)
    return () => removeEventListener('keydown', handleKey)
  }, [chat])

  return (
    <div class="page">
      <button type="button" class="skip" onClick={focusMessage}>
        Skip to writing a message
      </button>
      {hasRoomsColumn && (
        <header class="column start">
          <p class="brand">
            <BrandMark />
            Longwire
          </p>
          <Sidebar onOpen={setPanel} />
        </header>
      )}
      <main class="talk">
        <RoomHeader hasRoomsButton={!hasRoomsColumn} hasPeopleButton={!hasPeopleColumn} onOpen={setPanel} />
        <MessageLog key={room} />
        <ConnectionBanner />
        <MuteBanner />
        {problem === undefined ? <Composer /> : <TokenGate problem={problem} />}
      </main>
      {hasPeopleColumn && (
        <aside class="column end" aria-labelledby="people-title">
          <h2 id="people-title">
            Here <span class="count">{count}</span>
          </h2>
          <PeopleList />
        </aside>
      )}
      {panel === 'rooms' && !hasRoomsColumn && (
        <Dialog title="Longwire" shape="drawer-start" onClose={close}>
          <Sidebar onOpen={setPanel} onChosen={close} />
        </Dialog>
      )}
      {panel === 'people' && !hasPeopleColumn && (
        <Dialog title={`Here: ${count}`} shape="drawer-end" onClose={close}>
          <PeopleList />
        </Dialog>
      )}
      {panel === 'switcher' && <RoomSwitcher onClose={close} />}
      {panel === 'name' && <NameDialog onClose={close} />}
      {panel === 'help' && <HelpDialog onClose={close} />}
    </div>
  )
}

function BrandMark() {
  return (
    <svg class="brand-mark" viewBox="0 0 32 20" aria-hidden="true" focusable="false">
      <path class="pole" d="M4 3v16M28 3v16" />
      <path class="strand" d="M4 6c5 11 19 11 24 0" />
      <circle class="bead" cx="16" cy="14.200" r="2.600" />
    </svg>
  )
}

function focusMessage() {
  document.getElementById('message')?.focus()
}
