/** The lines sent before, kept for the next visit; never those that carry a password. */
import type { Memory } from '../browser/memory.ts'
import { emptyRecall, type Recall, remember } from '../text/recall.ts'

const key = 'console-history'

/** Commands that carry secrets. */
const secret = /^\s*(auth|hello|acl|migrate|config)\b/i

export function historyIn(memory: Memory): Recall {
  return { ...emptyRecall, texts: textsFrom(memory.read(key)) }
}

/** The history with this line as its newest, which is kept unless it may hold a secret. */
export function rememberLine(memory: Memory, recall: Recall, line: string): Recall {
  if (secret.test(line)) return { ...recall, at: -1 }
  const next = remember(recall, line)
  memory.write(key, JSON.stringify(next.texts))
  return next
}

function textsFrom(json: string | undefined): readonly string[] {
  if (json === undefined) return []
  try {
    const value: unknown = JSON.parse(json)
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
  } catch {
    // Written by something else: as good as nothing.
    return []
  }
}
