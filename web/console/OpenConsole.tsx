/** What was sent and answered so far, and the field for the next command. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { memoryIn } from '../browser/memory.ts'
import type { Recall } from '../text/recall.ts'
import { CommandField } from './CommandField.tsx'
import { ConsoleHeader } from './ConsoleHeader.tsx'
import { EmptyConsole } from './EmptyConsole.tsx'
import { ExchangeView } from './ExchangeView.tsx'
import { type Exchange, exchangeOf } from './exchange.ts'
import { historyIn, rememberLine } from './history.ts'
import { useCommandTable } from './use-command-table.ts'
import { usePinnedEnd } from './use-pinned-end.ts'

const keptExchanges = 100
const lasting = memoryIn(() => localStorage)
const passing = memoryIn(() => sessionStorage)

export function OpenConsole() {
  const [token, setToken] = useState(() => passing.read('console-token') ?? '')
  const { table, notice } = useCommandTable(token)
  const [history, setHistory] = useState<Recall>(() => historyIn(lasting))
  const [exchanges, setExchanges] = useState<readonly Exchange[]>([])
  const underWay = useRef<AbortController>(undefined)
  const nextId = useRef(0)
  const field = useRef<HTMLInputElement>(null)
  const main = useRef<HTMLElement>(null)
  const isBusy = exchanges.at(-1) !== undefined && exchanges.at(-1)?.outcome === undefined

  useEffect(() => passing.write('console-token', token === '' ? undefined : token), [token])
  usePinnedEnd(main)
  useEffect(() => main.current?.scrollTo(0, main.current.scrollHeight), [exchanges])

  const run = async (line: string): Promise<void> => {
    setHistory(rememberLine(lasting, history, line))
    const id = nextId.current++
    const { begun, end } = exchangeOf(id, line)
    setExchanges((all) => [...all, begun].slice(-keptExchanges))
    if (end === undefined) return
    const abort = new AbortController()
    underWay.current = abort
    const outcome = await end(token, abort.signal)
    setExchanges((all) => all.map((one) => (one.id === id ? { ...one, outcome } : one)))
  }

  const clear = (): void => {
    // What nobody can see any more, nobody could stop.
    underWay.current?.abort()
    setExchanges([])
    field.current?.focus()
  }

  return (
    <div class="console">
      <ConsoleHeader>
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
        <a class="button" href="/redis/openapi.json">
          OpenAPI
        </a>
        <button type="button" class="button" onClick={clear}>
          Clear
        </button>
      </ConsoleHeader>
      <main class="console-main" ref={main}>
        {notice !== undefined && (
          <p class="console-notice" role="status">
            {notice}
          </p>
        )}
        {exchanges.length === 0 && (
          <EmptyConsole
            onSend={(line) => {
              void run(line)
              // The button that was pressed is gone.
              field.current?.focus()
            }}
          />
        )}
        <div role="log" aria-label="Replies">
          {exchanges.map((exchange) => (
            <ExchangeView key={exchange.id} exchange={exchange} />
          ))}
        </div>
      </main>
      <CommandField
        field={field}
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
