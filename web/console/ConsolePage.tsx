/** The console: what was sent and answered so far, and the field for the next command. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { memoryIn } from '../browser/memory.ts'
import type { Recall } from '../text/recall.ts'
import { ThemeButton } from '../view/ThemeButton.tsx'
import { CommandField } from './CommandField.tsx'
import type { CommandTable } from './command-table.ts'
import { loadTable, type Outcome, send } from './gateway.ts'
import { historyIn, rememberLine } from './history.ts'
import { QuotingError, wordsOf } from './quoting.ts'
import { ReplyTree } from './ReplyTree.tsx'
import { withMaps } from './resp.ts'

interface Exchange {
  readonly id: number
  readonly line: string
  readonly words: readonly string[]
  /** `undefined`: under way. */
  readonly outcome: Outcome | undefined
}

const keptExchanges = 100
const lasting = memoryIn(() => localStorage)
const passing = memoryIn(() => sessionStorage)
const streams = /^(p|s)?subscribe$|^monitor$/i

export function ConsolePage() {
  const [token, setToken] = useState(() => passing.read('console-token') ?? '')
  const [table, setTable] = useState<CommandTable>([])
  const [notice, setNotice] = useState<string>()
  const [history, setHistory] = useState<Recall>(() => historyIn(lasting))
  const [exchanges, setExchanges] = useState<readonly Exchange[]>([])
  const underWay = useRef<AbortController>(undefined)
  const nextId = useRef(0)
  const end = useRef<HTMLDivElement>(null)
  const isBusy = exchanges.at(-1) !== undefined && exchanges.at(-1)?.outcome === undefined

  useEffect(() => {
    passing.write('console-token', token === '' ? undefined : token)
    const abort = new AbortController()
    // A token is typed letter by letter: only what stays is tried.
    const timer = setTimeout(async () => {
      const found = await loadTable(token, abort.signal)
      if (abort.signal.aborted) return
      setTable('kind' in found ? [] : found)
      setNotice('kind' in found ? noticeOf(found) : undefined)
    }, 200)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [token])

  useEffect(() => end.current?.scrollIntoView({ block: 'end' }), [exchanges])

  const run = async (line: string): Promise<void> => {
    setHistory(rememberLine(lasting, history, line))
    const id = nextId.current++
    const words = parsed(line)
    const texts = Array.isArray(words) ? words.map((word) => new TextDecoder().decode(word)) : []
    const begun: Exchange = { id, line, words: texts, outcome: Array.isArray(words) ? undefined : words }
    setExchanges((all) => [...all, begun].slice(-keptExchanges))
    if (!Array.isArray(words)) return
    const abort = new AbortController()
    underWay.current = abort
    const outcome = await send(words, token, abort.signal)
    setExchanges((all) => all.map((one) => (one.id === id ? { ...one, outcome } : one)))
  }

  const clear = (): void => {
    // What nobody can see any more, nobody could stop.
    underWay.current?.abort()
    setExchanges([])
  }

  return (
    <div class="console">
      <header class="console-header">
        <h1>
          <span class="hash">&gt;</span> Redis console
        </h1>
        <button type="button" class="button" onClick={clear}>
          Clear
        </button>
        <a class="button" href="/redis/openapi.json">
          OpenAPI
        </a>
        <ThemeButton />
        <label class="token">
          Token
          <input
            class="field"
            type="password"
            autocomplete="off"
            placeholder="none"
            value={token}
            onInput={(event) => setToken(event.currentTarget.value.trim())}
          />
        </label>
      </header>
      <main class="console-main">
        {notice !== undefined && (
          <p class="console-notice" role="status">
            {notice}
          </p>
        )}
        <div role="log" aria-label="Replies">
          {exchanges.map((exchange) => (
            <ExchangeView key={exchange.id} exchange={exchange} />
          ))}
        </div>
        <div ref={end} />
      </main>
      <CommandField
        table={table}
        history={history}
        isBusy={isBusy}
        setHistory={setHistory}
        onSend={(line) => void run(line)}
        onStop={() => underWay.current?.abort()}
        onClear={clear}
      />
    </div>
  )
}

function ExchangeView({ exchange: { line, words, outcome } }: { exchange: Exchange }) {
  return (
    <article class="exchange" aria-label={line}>
      <h2>
        <code>
          <span class="hash">&gt;</span> {line}
        </code>
        {outcome !== undefined && outcome.tookMs > 0 && (
          <span class="count">{outcome.tookMs.toFixed(1)} ms</span>
        )}
      </h2>
      {outcome === undefined && <p class="quiet-words">Waiting for the reply…</p>}
      {outcome?.kind === 'stopped' && <p class="quiet-words">Stopped; Redis may have carried it out.</p>}
      {outcome?.kind === 'refused' && <p class="reply-refused">{outcome.message}</p>}
      {outcome?.kind === 'reply' && <ReplyTree reply={withMaps(words, outcome.reply)} />}
    </article>
  )
}

/** The words, or why they aren't sent. */
function parsed(line: string): Uint8Array[] | Outcome {
  try {
    const words = wordsOf(line)
    const name = new TextDecoder().decode(words[0])
    if (!streams.test(name)) return words
    const message = `A subscription has no end, and the console shows one reply to each command: open /redis/SUBSCRIBE/channel instead.`
    return { kind: 'refused', status: 0, message, tookMs: 0 }
  } catch (error) {
    if (!(error instanceof QuotingError)) throw error
    return { kind: 'refused', status: 0, message: error.message, tookMs: 0 }
  }
}

/** Why there is no completion, and often why nothing else would work. */
function noticeOf(outcome: Outcome): string {
  if (outcome.kind !== 'refused') return 'The server does not list its commands, so none are completed.'
  const isOnlyTable = outcome.status === 403 || outcome.status === 429
  return isOnlyTable ? `Commands are not completed: ${outcome.message}` : outcome.message
}
