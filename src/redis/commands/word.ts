/** Words of a command as the server reads them, whatever they are given as: subcommands and options, in any case. */
import { Buffer } from 'node:buffer'
import type { Argument } from '../resp/encoder.ts'

/** In capitals; one character a byte. For words that may be names, not for values. */
export function capitalsOf(argument: Argument): string {
  return (argument instanceof Uint8Array ? latin1(argument) : String(argument)).toUpperCase()
}

/** Whether the argument is this word, which is in capitals and ASCII. */
export function isWord(argument: Argument | undefined, word: string): boolean {
  if (argument instanceof Uint8Array) {
    return argument.byteLength === word.length && capitalsOf(argument) === word
  }
  return typeof argument === 'string' && argument.length === word.length && argument.toUpperCase() === word
}

function latin1({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1')
}
