/** Replies made by chance, as bytes and as the value that they mean: written from the protocol page alone. */
import { ReplyError } from '../../../../src/redis/errors.ts'
import { Push, type Reply } from '../../../../src/redis/resp/reply.ts'

export interface Generated {
  readonly wire: string
  readonly value: Reply | Push
}

const words = [
  '',
  'a',
  'OK',
  'hello',
  'key:12',
  'a rather long value, longer than the short ones',
  'naïve',
  '日本語',
  '😀',
  'x\r\ny',
  '\u0000',
]

export class ReplyGenerator {
  readonly #random: () => number
  readonly #isResp3: boolean
  readonly #hasStreams: boolean

  /** `streams: false` leaves out streamed values and attributes, which no other JavaScript decoder reads. */
  constructor(random: () => number, version: 2 | 3, options: { streams: boolean } = { streams: true }) {
    this.#random = random
    this.#isResp3 = version === 3
    this.#hasStreams = version === 3 && options.streams
  }

  top(): Generated {
    if (this.#isResp3 && this.#chance(0.03)) {
      const { wire, items } = this.#list(1 + this.#below(3), 1)
      return { wire: `>${items.length}\r\n${wire}`, value: new Push(items) }
    }
    if (this.#hasStreams && this.#chance(0.03)) {
      const attributes = this.reply(1)
      const reply = this.reply(0)
      return { wire: `|1\r\n+ttl\r\n${attributes.wire}${reply.wire}`, value: reply.value }
    }
    return this.reply(0)
  }

  reply(depth: number): { wire: string; value: Reply } {
    const choice = this.#below(depth < 4 ? 9 : 6)
    if (choice < 2) return this.#bulk()
    if (choice === 2) return this.#simple()
    if (choice === 3) return this.#integer()
    if (choice === 4) return this.#isResp3 ? this.#scalarOfResp3() : this.#bulk()
    if (choice === 5) return this.#nothing()
    if (choice === 6) return this.#error()
    return this.#aggregate(depth)
  }

  #bulk(): { wire: string; value: Reply } {
    const text = this.#text()
    if (this.#hasStreams && this.#chance(0.1)) {
      const cut = [...text]
      const parts = cut.map((part) => `;${Buffer.byteLength(part)}\r\n${part}\r\n`).join('')
      return { wire: `$?\r\n${parts};0\r\n`, value: text }
    }
    if (this.#isResp3 && this.#chance(0.1)) {
      return { wire: `=${Buffer.byteLength(text) + 4}\r\ntxt:${text}\r\n`, value: text }
    }
    return { wire: `$${Buffer.byteLength(text)}\r\n${text}\r\n`, value: text }
  }

  #simple(): { wire: string; value: Reply } {
    const text = this.#text().replace('\r\n', ' ')
    return { wire: `+${text}\r\n`, value: text }
  }

  #integer(): { wire: string; value: Reply } {
    if (this.#chance(0.1)) {
      const value = 9_007_199_254_740_993n + BigInt(this.#below(1_000_000)) * 2n
      return this.#chance(0.5) ? { wire: `:${value}\r\n`, value } : { wire: `:-${value}\r\n`, value: -value }
    }
    const value = this.#below(2_000_000) - 1_000_000
    return { wire: `:${value}\r\n`, value }
  }

  #scalarOfResp3(): { wire: string; value: Reply } {
    switch (this.#below(4)) {
      case 0:
        return this.#chance(0.5) ? { wire: '#t\r\n', value: true } : { wire: '#f\r\n', value: false }
      case 1: {
        const value = this.#random() * 1e6 - 5e5
        return { wire: `,${value}\r\n`, value }
      }
      case 2:
        return this.#chance(0.5)
          ? { wire: ',inf\r\n', value: Number.POSITIVE_INFINITY }
          : { wire: ',-inf\r\n', value: Number.NEGATIVE_INFINITY }
      default: {
        const value = BigInt(this.#below(1_000_000)) ** 5n
        return { wire: `(${value}\r\n`, value }
      }
    }
  }

  #nothing(): { wire: string; value: Reply } {
    if (this.#isResp3) return { wire: '_\r\n', value: null }
    return { wire: this.#chance(0.5) ? '$-1\r\n' : '*-1\r\n', value: null }
  }

  #error(): { wire: string; value: Reply } {
    const text = `ERR ${this.#text().replace('\r\n', ' ')}`
    const wire =
      this.#isResp3 && this.#chance(0.5) ? `!${Buffer.byteLength(text)}\r\n${text}\r\n` : `-${text}\r\n`
    return { wire, value: new ReplyError(text) }
  }

  #aggregate(depth: number): { wire: string; value: Reply } {
    const count = this.#below(5)
    const kind = this.#isResp3 ? this.#below(3) : 0
    const isStreamed = this.#hasStreams && this.#chance(0.2)
    const head = (type: string): string => (isStreamed ? `${type}?\r\n` : `${type}${count}\r\n`)
    const tail = isStreamed ? '.\r\n' : ''
    if (kind === 1) {
      let wire = head('%')
      const value = new Map<Reply, Reply>()
      for (let index = 0; index < count; index++) {
        const entry = this.reply(depth + 1)
        wire += `+key${index}\r\n${entry.wire}`
        value.set(`key${index}`, entry.value)
      }
      return { wire: wire + tail, value }
    }
    if (kind === 2) {
      const items = Array.from({ length: count }, (_, index) => (index % 2 === 0 ? `member${index}` : index))
      const wire = items.map((item) => (typeof item === 'string' ? `+${item}\r\n` : `:${item}\r\n`)).join('')
      return { wire: head('~') + wire + tail, value: new Set<Reply>(items) }
    }
    const { wire, items } = this.#list(count, depth + 1)
    return { wire: head('*') + wire + tail, value: items }
  }

  #list(count: number, depth: number): { wire: string; items: Reply[] } {
    let wire = ''
    const items: Reply[] = []
    for (let index = 0; index < count; index++) {
      const item = this.reply(depth)
      wire += item.wire
      items.push(item.value)
    }
    return { wire, items }
  }

  #text(): string {
    return words[this.#below(words.length)]!
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit)
  }

  #chance(probability: number): boolean {
    return this.#random() < probability
  }
}
