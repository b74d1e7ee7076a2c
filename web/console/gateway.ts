/** Commands sent to the gateway, and why it did not answer them. */

import { type CommandTable, tableOfDocs, tableOfNames } from './command-table.ts'
import { commandBody } from './command-url.ts'
import { type Reply, RespError, replyOf } from './resp.ts'

export type Outcome =
  | { readonly kind: 'reply'; readonly reply: Reply; readonly tookMs: number }
  /** `status` 0: nobody answered. The message is a sentence for the person. */
  | { readonly kind: 'refused'; readonly status: number; readonly message: string; readonly tookMs: number }
  | { readonly kind: 'stopped'; readonly tookMs: number }

/** Sends one command. Never rejects. */
export async function send(
  words: readonly Uint8Array[],
  token: string,
  signal: AbortSignal,
): Promise<Outcome> {
  const begin = performance.now()
  const took = (): number => performance.now() - begin
  if (!/^[!-~]*$/.test(token)) {
    const message = 'The token has a character that no token can have.'
    return { kind: 'refused', status: 0, message, tookMs: 0 }
  }
  try {
    const response = await fetch('/redis/', {
      method: 'POST',
      body: commandBody(words),
      headers: token === '' ? {} : { Authorization: `Bearer ${token}` },
      signal,
    })
    const bytes = new Uint8Array(await response.arrayBuffer())
    const tookMs = took()
    if (response.ok) return { kind: 'reply', reply: replyOf(bytes), tookMs }
    const message = messageOf(new TextDecoder().decode(bytes))
    return { kind: 'refused', status: response.status, message, tookMs }
  } catch (error) {
    const tookMs = took()
    if (signal.aborted) return { kind: 'stopped', tookMs }
    const message =
      error instanceof RespError
        ? `The reply can't be read: ${error.message}`
        : 'The server did not answer. Is it still running?'
    return { kind: 'refused', status: 0, message, tookMs }
  }
}

/** What the server has for commands, or why it doesn't say. */
export async function loadTable(token: string, signal: AbortSignal): Promise<CommandTable | Outcome> {
  const docs = await send(wordsAscii('COMMAND', 'DOCS'), token, signal)
  if (docs.kind !== 'reply') return docs
  if (docs.reply.kind === 'array') return tableOfDocs(docs.reply)
  const list = await send(wordsAscii('COMMAND', 'LIST'), token, signal)
  return list.kind === 'reply' ? tableOfNames(list.reply) : list
}

function wordsAscii(...words: string[]): Uint8Array[] {
  return words.map((word) => new TextEncoder().encode(word))
}

function messageOf(body: string): string {
  try {
    const value: unknown = JSON.parse(body)
    if (typeof value === 'object' && value !== null && 'error' in value) return String(value.error)
  } catch {
    // No JSON, so from something in between: its own words are the best there are.
  }
  return body.trim().slice(0, 500) || 'The server gave no reason.'
}
