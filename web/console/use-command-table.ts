/** The commands that the server has, as whoever holds this token may see them. */
import { useEffect, useState } from 'preact/hooks'
import type { CommandTable } from './command-table.ts'
import { loadTable, type Outcome } from './gateway.ts'

/** A token is typed letter by letter: only what stays so long is tried. */
const settledMs = 200

export interface LoadedTable {
  /** Empty where it is not known. */
  readonly table: CommandTable
  /** Why there is no completion, and often why nothing else would work. */
  readonly notice: string | undefined
}

const nothingYet: LoadedTable = { table: [], notice: undefined }

export function useCommandTable(token: string): LoadedTable {
  const [loaded, setLoaded] = useState(nothingYet)
  useEffect(() => {
    const abort = new AbortController()
    const timer = setTimeout(async () => {
      const found = await loadTable(token, abort.signal)
      if (abort.signal.aborted) return
      setLoaded(
        'kind' in found ? { table: [], notice: noticeOf(found) } : { table: found, notice: undefined },
      )
    }, settledMs)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [token])
  return loaded
}

function noticeOf(outcome: Outcome): string {
  if (outcome.kind !== 'refused') return 'The server does not list its commands, so none are completed.'
  const isOnlyTable = outcome.status === 403 || outcome.status === 429
  return isOnlyTable ? `Commands are not completed: ${outcome.message}` : outcome.message
}
