/** Words of commands as clients give them: ASCII as text, which rules can look at; everything else as its bytes. */
import { Buffer } from 'node:buffer'
export type Word = string | Buffer

export function textOrBytes(bytes: Buffer): Word {
  return bytes.every((byte) => byte < 128) ? bytes.toString('latin1') : bytes
}

/**
 * One word of a URL, one character a byte, with its percent signs taken for bytes. `undefined`: an escape is broken. Hot path:
 * for each word of a request.
 */
export function decodeWord(part: string): Word | undefined {
  if (isPlain(part)) return part
  if (!part.includes('%')) return Buffer.from(part, 'latin1')
  const bytes = Buffer.allocUnsafe(part.length)
  let length = 0
  let isText = true
  for (let index = 0; index < part.length; index++) {
    let byte = part.charCodeAt(index)
    if (byte === 37) {
      const digits = part.slice(index + 1, index + 3)
      if (!/^[0-9A-Fa-f]{2}$/.test(digits)) return undefined
      byte = Number.parseInt(digits, 16)
      index += 2
    }
    if (byte > 127) isText = false
    bytes[length++] = byte
  }
  return isText ? bytes.toString('latin1', 0, length) : bytes.subarray(0, length)
}

/** The same in memory of its own: a part that was cut from a long text keeps all of that text alive. For what is kept. */
export function ownText(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1')
}

/** Whether it is ASCII without a percent sign. */
function isPlain(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code > 127 || code === 37) return false
  }
  return true
}
