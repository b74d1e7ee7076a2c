/**
 * A small protocol for tests: words, each ended by `;`. `!pong` answers a ping, `!quit` says that the peer is
 * closing, `!bad` is no protocol and `!big` is too large. It says `ping;` and, last, `bye:CAUSE;`.
 */
import type { Ending } from '../../../src/connection/cause.ts'
import type { Codec, CodecControl } from '../../../src/connection/codec.ts'
import { MessageTooLargeError, ProtocolError } from '../../../src/connection/errors.ts'

export class WordCodec implements Codec<string, string> {
  #text = ''
  #control: CodecControl | undefined

  attach(control: CodecControl): void {
    this.#control = control
  }

  push(chunk: Buffer): void {
    this.#text += chunk.toString()
  }

  next(): string | undefined {
    for (;;) {
      const end = this.#text.indexOf(';')
      if (end === -1) return undefined
      const word = this.#text.slice(0, end)
      this.#text = this.#text.slice(end + 1)
      if (word === '!bad') throw new ProtocolError('Bad is no word.')
      if (word === '!big') throw new MessageTooLargeError(10)
      if (word === '!pong') this.#control?.pong()
      else if (word === '!quit') this.#control?.peerClosing('The peer quits.')
      else return word
    }
  }

  /** As a plain codec has it: not told to forget what it has given. */
  end(): string | undefined {
    return this.#text === '' ? undefined : this.#text
  }

  encode(word: string): string {
    return `${word};`
  }

  ping(): string {
    return 'ping;'
  }

  goodbye(ending: Ending): string {
    return `bye:${ending.cause};`
  }
}
