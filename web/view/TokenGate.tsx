/** Who is not let in says here who they are, with a token. Nothing tries again by itself meanwhile. */
import { useState } from 'preact/hooks'
import type { TokenProblem } from '../link/transport.ts'
import { useChat, useChatState } from './use-chat.ts'

const words: Readonly<Record<TokenProblem, { title: string; text: string }>> = {
  required: {
    title: 'Who is there?',
    text: 'This server lets in who shows a token. Whoever runs it can give you one.',
  },
  invalid: {
    title: 'That is no token of this server',
    text: 'It may have been cut off when it was copied, or be for another server.',
  },
  expired: {
    title: 'Your token has run out',
    text: 'With a new one you go on where you were. What you have written is still here.',
  },
}

export function TokenGate({ problem }: { problem: TokenProblem }) {
  const chat = useChat()
  const room = useChatState((state) => state.room)
  const [typed, setTyped] = useState('')
  const { title, text } = words[problem]
  return (
    <section class="token-gate" aria-labelledby="token-title">
      <Ticket />
      <h2 id="token-title">{title}</h2>
      <p role="status">{text}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (chat.enterWith(typed)) setTyped('')
        }}
      >
        <label for="token">Token</label>
        <input
          id="token"
          class="field"
          type="password"
          required
          autoComplete="off"
          autoCapitalize="off"
          spellcheck={false}
          placeholder="Paste it here"
          aria-invalid={problem === 'invalid'}
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        <button type="submit" class="button primary" disabled={typed.trim() === ''}>
          Enter <bdi>#{room}</bdi>
        </button>
      </form>
      {problem !== 'required' && (
        <button type="button" class="button quiet" onClick={() => chat.enterWithout()}>
          Go on without a token
        </button>
      )}
    </section>
  )
}

/** A ticket on the wire. */
function Ticket() {
  return (
    <svg class="ticket" viewBox="0 0 200 84" aria-hidden="true" focusable="false">
      <path class="strand" d="M-6 12Q100 40 206 12" />
      <path class="string" d="M100 26v10" />
      <g class="paper">
        <path d="M64 36h72v12a6 6 0 0 0 0 12v12H64V60a6 6 0 0 0 0-12Z" />
        <path class="tear" d="M116 40v28" />
        <path class="print" d="M74 47h26M74 54h32M74 61h20" />
      </g>
    </svg>
  )
}
