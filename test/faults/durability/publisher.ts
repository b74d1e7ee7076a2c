/**
 * A publisher that wants to be sure: each message has an idempotency key, several are under way at once, and what was not
 * acknowledged when its connection ended is sent again, in the same order, until it is.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Chance } from './chance.ts'
import type { Checker } from './checker.ts'
import { type Message, nameOf } from './message.ts'
import { CommandFailure, ProtocolClient } from './protocol-client.ts'
import type { Ports, WireKind } from './wire.ts'

interface PaddedMessage extends Message {
  readonly padding: string
}

export interface PublisherOptions {
  readonly id: number
  readonly kind: WireKind
  readonly ports: Ports
  readonly room: string
  readonly checker: Checker
  readonly chance: Chance
  /** Between two bursts, at most. */
  readonly pauseMs: number
}

const burst = 8
/** A frame of a few kilobytes is often cut in the middle of it. */
const paddingCharacters = 4_000
const reconnectMs = 1_000

export class Publisher {
  readonly #options: PublisherOptions
  /** What is not acknowledged, in the order in which it was first sent. */
  readonly #pending = new Set<PaddedMessage>()
  #lastNumber = 0
  #isEnding = false
  /** Answers that were errors, for which everything pending is sent again. */
  refused = 0

  constructor(options: PublisherOptions) {
    this.#options = options
  }

  get name(): string {
    return `publisher ${this.#options.id} (${this.#options.kind})`
  }

  get pending(): number {
    return this.#pending.size
  }

  /** Publishes until {@link end}, and then until everything is acknowledged or the signal gives up. */
  async run(signal: AbortSignal): Promise<void> {
    const { kind, ports, checker, chance } = this.#options
    while (!signal.aborted && !this.#isDone) {
      const client = await ProtocolClient.open(kind, ports).catch(() => undefined)
      if (client === undefined) {
        await sleep(chance.between(0, reconnectMs))
        continue
      }
      const stop = () => client.cut()
      signal.addEventListener('abort', stop, { once: true })
      const goodbye = client.closed
      await Promise.race([goodbye, this.#publishOn(client)])
      client.cut()
      signal.removeEventListener('abort', stop)
      const { code, reason } = (await goodbye) ?? { code: 0, reason: '' }
      if (code >= 3_500) checker.violations.add('turned-away', `${this.name}: ${code} ${reason}`)
    }
  }

  /** No new messages from now on. */
  end(): void {
    this.#isEnding = true
  }

  get #isDone(): boolean {
    return this.#isEnding && this.#pending.size === 0
  }

  /** Resolves when all is done, or something went wrong on the way. */
  async #publishOn(client: ProtocolClient): Promise<void> {
    const { chance, pauseMs, id } = this.#options
    const sending = [...this.#pending].map((message) => this.#send(client, message))
    while ((await Promise.all(sending.splice(0))).every(Boolean) && !this.#isEnding) {
      const count = chance.whole(1, burst)
      for (let sent = 0; sent < count; sent++) {
        const message = { publisher: id, number: ++this.#lastNumber, padding: padding(chance) }
        this.#pending.add(message)
        sending.push(this.#send(client, message))
      }
      if (!(await Promise.all(sending.splice(0))).every(Boolean)) return
      await Promise.race([sleep(chance.between(0, pauseMs)), client.closed])
    }
  }

  /** Resolves to whether it was acknowledged. */
  async #send(client: ProtocolClient, message: PaddedMessage): Promise<boolean> {
    const { room, checker } = this.#options
    checker.attempted(message)
    try {
      await client.call('publish', { channel: room, data: message, idempotency_key: nameOf(message) })
    } catch (error) {
      if (error instanceof CommandFailure) this.refused++
      return false
    }
    this.#pending.delete(message)
    checker.acknowledged(message)
    return true
  }
}

/** Mostly short, sometimes long. */
function padding(chance: Chance): string {
  return 'x'.repeat(chance.happens(0.1) ? chance.whole(0, paddingCharacters) : chance.whole(0, 100))
}
