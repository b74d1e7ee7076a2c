/** Another room by typing its name: one that is there, or a new one. The arrow keys walk down the list. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { matchingRooms, type RoomChoice } from '../state/room-choices.ts'
import { roomName } from '../text/input.ts'
import { Dialog } from './Dialog.tsx'
import { useChat } from './use-chat.ts'
import { useRoomChoices } from './use-room-choices.ts'

/** As many as fit without scrolling on most screens. */
const shownMatches = 8

export function RoomSwitcher({ onClose }: { onClose: () => void }) {
  const chat = useChat()
  const choices = useRoomChoices()
  const [typed, setTyped] = useState('')
  const walk = useRef<HTMLFormElement>(null)
  useEffect(() => chat.refreshRooms(), [chat])
  const options = optionsFor(choices, roomName(typed))

  const choose = (room: string | undefined) => {
    if (room === undefined) return
    chat.go(room)
    onClose()
  }
  const walkList = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step === 0) return
    event.preventDefault()
    const stops = [...(walk.current?.querySelectorAll<HTMLElement>('input, .option') ?? [])]
    const focused = document.activeElement
    const at = focused instanceof HTMLElement ? stops.indexOf(focused) : -1
    stops[(at + step + stops.length) % stops.length]?.focus()
  }

  return (
    <Dialog title="Go to a room" onClose={onClose}>
      <form
        ref={walk}
        class="switcher"
        onSubmit={(event) => {
          event.preventDefault()
          choose(options[0]?.room)
        }}
        onKeyDown={walkList}
      >
        <input
          class="field"
          data-focus-first
          aria-label="Name of the room"
          placeholder="Its name, or a new one"
          autoComplete="off"
          autoCapitalize="none"
          spellcheck={false}
          dir="auto"
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        <ul>
          {options.map(({ room, words }) => (
            <li key={room}>
              <button type="button" class="option" onClick={() => choose(room)}>
                <span class="hash" aria-hidden="true">
                  #
                </span>
                <bdi class="room-name">{room}</bdi>
                <span class="option-words">{words}</span>
              </button>
            </li>
          ))}
        </ul>
      </form>
    </Dialog>
  )
}

interface Option {
  readonly room: string
  readonly words: string
}

/** Enter takes the first: a room that begins so, else the new one, and only then one that holds it elsewhere. */
function optionsFor(choices: readonly RoomChoice[], wanted: string): Option[] {
  const { begin, hold } = matchingRooms(choices, wanted)
  const isNew = wanted !== '' && !choices.some(({ room }) => room === wanted)
  return [
    ...begin.map(optionOf),
    ...(isNew ? [{ room: wanted, words: 'new room' }] : []),
    ...hold.map(optionOf),
  ].slice(0, shownMatches)
}

function optionOf({ room, members, isHere }: RoomChoice): Option {
  if (isHere) return { room, words: 'you are here' }
  if (members === undefined) return { room, words: 'visited before' }
  return { room, words: members === 1 ? '1 person' : `${members} people` }
}
