/** The name under which a person speaks. */
import { useEffect, useState } from 'preact/hooks'
import { Dialog } from './Dialog.tsx'
import { useChat, useChatState } from './use-chat.ts'

export function NameDialog({ onClose }: { onClose: () => void }) {
  const chat = useChat()
  const name = useChatState((state) => state.name ?? '')
  const refusal = useChatState((state) => state.nameRefusal)
  const [typed, setTyped] = useState(name)
  const [asked, setAsked] = useState<string>()
  const wanted = typed.trim()

  useEffect(() => {
    if (asked !== undefined && name === asked) onClose()
  }, [asked, name])

  return (
    <Dialog title="Your name" onClose={onClose}>
      <form
        class="name-form"
        onSubmit={(event) => {
          event.preventDefault()
          if (wanted === '') return
          if (wanted === name) return onClose()
          setAsked(wanted)
          chat.rename(wanted)
        }}
      >
        <label for="name">How others see you</label>
        <input
          id="name"
          class="field"
          data-focus-first
          required
          dir="auto"
          autoComplete="nickname"
          aria-describedby="name-hint"
          aria-invalid={refusal !== undefined && asked !== undefined}
          value={typed}
          onFocus={(event) => event.currentTarget.select()}
          onInput={(event) => {
            setTyped(event.currentTarget.value)
            setAsked(undefined)
          }}
        />
        <p id="name-hint" class="hint" role="status">
          {asked !== undefined && refusal !== undefined
            ? refusal
            : 'Your browser remembers it for the next visit.'}
        </p>
        <div class="dialog-actions">
          <button type="button" class="button quiet" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="button primary" disabled={wanted === ''}>
            Save
          </button>
        </div>
      </form>
    </Dialog>
  )
}
