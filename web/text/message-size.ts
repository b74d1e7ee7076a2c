/** How much of the server's message limit a text takes, so that too long a text is known before it is sent. */
export interface MessageSize {
  readonly isTooLong: boolean
  /** What to tell the person; `undefined`: there is plenty of room. */
  readonly warning: string | undefined
}

const encoder = new TextEncoder()

/** Compares a text with the limit, in bytes of UTF-8. A slash in front is doubled on its way, hence one more. */
export function messageSize(text: string, limitBytes: number | undefined): MessageSize {
  if (limitBytes === undefined) return { isTooLong: false, warning: undefined }
  // No encoding gives more than three bytes for a UTF-16 unit: short texts need no counting.
  if (text.length * 3 + 1 < limitBytes * 0.9) return { isTooLong: false, warning: undefined }
  const left = limitBytes - encoder.encode(text).byteLength - (text.startsWith('/') ? 1 : 0)
  if (left < 0) return { isTooLong: true, warning: `Too long by ${-left} bytes.` }
  return { isTooLong: false, warning: left < limitBytes * 0.1 ? `${left} bytes left.` : undefined }
}
