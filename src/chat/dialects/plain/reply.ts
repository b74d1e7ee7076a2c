/** An answer to the sender alone: an object for programs, lines for people. */
export interface Reply {
  readonly data: Readonly<Record<string, unknown>>
  readonly lines: readonly string[]
}

/** Something the sender must know that it did not ask for. `code` is stable. */
export function notice(code: string, message: string, more: Readonly<Record<string, unknown>> = {}): Reply {
  return { data: { error: code, message, ...more }, lines: [message] }
}
