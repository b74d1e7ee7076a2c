/** What stands beside the talk: the rooms, and the person themselves. A column, or a drawer on a narrow screen. */
import { Avatar } from './Avatar.tsx'
import { ConsoleLink } from './ConsoleLink.tsx'
import { Icon } from './Icon.tsx'
import { commandKey } from './key-names.ts'
import type { Panel } from './panel.ts'
import { RoomList } from './RoomList.tsx'
import { ThemeButton } from './ThemeButton.tsx'
import { useChatState } from './use-chat.ts'

interface SidebarProps {
  onOpen: (panel: Panel) => void
  onChosen?: () => void
}

export function Sidebar({ onOpen, onChosen }: SidebarProps) {
  const name = useChatState((state) => state.name)
  return (
    <>
      <RoomList onSwitch={() => onOpen('switcher')} {...(onChosen && { onChosen })} />
      <ConsoleLink />
      <div class="you">
        <button type="button" class="you-name" onClick={() => onOpen('name')} disabled={name === undefined}>
          <Avatar name={name ?? ''} />
          <span class="visually-hidden">You are </span>
          <bdi class="person-name">{name ?? '…'}</bdi>
          <span class="visually-hidden">(change your name)</span>
          <Icon name="pencil" />
        </button>
        <ThemeButton />
        <button
          type="button"
          class="icon-button"
          aria-label="Help"
          title={`Help (${commandKey} /)`}
          onClick={() => onOpen('help')}
        >
          <Icon name="help" />
        </button>
      </div>
    </>
  )
}
