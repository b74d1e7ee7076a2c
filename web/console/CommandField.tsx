/** Where commands are typed: completed with Tab, brought back with the arrow keys, sent with Enter. */
import type { RefObject } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { type Recall, recall } from '../text/recall.ts'
import { type CommandEntry, type CommandTable, completionsOf, entryOf } from './command-table.ts'

const shownCompletions = 8

interface CommandFieldProps {
  field: RefObject<HTMLInputElement | null>
  table: CommandTable
  history: Recall
  isBusy: boolean
  setHistory: (history: Recall) => void
  onSend: (line: string) => void
  onStop: () => void
  onClear: () => void
}

export function CommandField(props: CommandFieldProps) {
  const { field, table, history, isBusy, setHistory, onSend, onStop, onClear } = props
  const [line, setLine] = useState('')
  /** What the person typed themselves; `undefined`: the list is closed. */
  const [typed, setTyped] = useState<string>()
  const [chosen, setChosen] = useState(-1)
  const options = typed === undefined ? [] : completionsOf(table, typed, shownCompletions)
  const entry = entryOf(table, line)
  useEffect(() => field.current?.focus(), [field])

  const show = (text: string): void => {
    setLine(text)
    setTyped(undefined)
    setChosen(-1)
  }
  const complete = (index: number): void => {
    const option = options[index]
    if (option === undefined) return
    setChosen(index)
    setLine(`${option.name} `)
  }
  const bringBack = (step: 1 | -1): void => {
    const found = recall(history, step)
    if (found === undefined) return
    setHistory(found.recall)
    show(found.text)
  }
  const send = (): void => {
    if (line.trim() === '' || isBusy) return
    onSend(line)
    show('')
  }
  const keys: Record<string, (event: KeyboardEvent) => boolean> = {
    Tab: ({ shiftKey }) => {
      if (options.length === 0 || shiftKey) return false
      complete((chosen + 1) % options.length)
      return true
    },
    Escape: () => {
      if (isBusy) onStop()
      else if (options.length > 0) setTyped(undefined)
      else show('')
      return true
    },
    ArrowUp: () => {
      bringBack(1)
      return true
    },
    ArrowDown: () => {
      bringBack(-1)
      return true
    },
    l: ({ ctrlKey }) => {
      if (ctrlKey) onClear()
      return ctrlKey
    },
  }
  return (
    <form
      class="console-form"
      aria-label="Command"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      {options.length > 0 && (
        <div class="completions" role="listbox" id="completions" aria-label="Commands">
          {options.map((option, index) => (
            <div
              key={option.name}
              id={`completion-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === chosen}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => {
                show(`${option.name} `)
                field.current?.focus()
              }}
              onKeyDown={(event) => {
                if (event.key === 'Enter') show(`${option.name} `)
              }}
            >
              <b>{option.name}</b> <span>{option.syntax}</span>
            </div>
          ))}
        </div>
      )}
      <p class="command-hint" id="command-hint">
        <Hint entry={entry} isBusy={isBusy} />
      </p>
      <div class="command-row">
        <input
          ref={field}
          class="field"
          role="combobox"
          aria-label="Redis command"
          aria-expanded={options.length > 0}
          aria-controls="completions"
          aria-autocomplete="list"
          aria-activedescendant={chosen < 0 || options.length === 0 ? undefined : `completion-${chosen}`}
          aria-describedby="command-hint"
          placeholder={'SET greeting "hello world"'}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          enterkeyhint="send"
          value={line}
          onInput={({ currentTarget: { value } }) => {
            setLine(value)
            setTyped(value)
            setChosen(-1)
          }}
          onBlur={() => setTyped(undefined)}
          onKeyDown={(event) => {
            if (keys[event.key]?.(event) === true) event.preventDefault()
          }}
        />
        {isBusy ? (
          <button type="button" class="button" onClick={onStop}>
            Stop
          </button>
        ) : (
          <button type="submit" class="button primary">
            Send
          </button>
        )}
      </div>
    </form>
  )
}

function Hint({ entry, isBusy }: { entry: CommandEntry | undefined; isBusy: boolean }) {
  if (isBusy) {
    return (
      <>
        <kbd>Esc</kbd> stops the command
      </>
    )
  }
  if (entry === undefined) {
    return (
      <>
        <kbd>Tab</kbd> completes, <kbd>↑</kbd> brings back, <kbd>Enter</kbd> sends
      </>
    )
  }
  return (
    <>
      <code>
        <b>{entry.name}</b> {entry.syntax}
      </code>{' '}
      {entry.summary}
    </>
  )
}
