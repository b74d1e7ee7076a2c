/** A subscriber over TCP, a command a line. */
import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from './message.ts'
import { ProtocolClient, type Push } from './protocol-client.ts'
import type { Subscriber, SubscriberOptions } from './subscriber.ts'

interface SubscribeResult {
  readonly epoch: string
  readonly offset?: number
  readonly recovered?: boolean
  readonly publications?: readonly { readonly data: unknown; readonly offset: number }[]
}

const reconnectMs = 300

export class LineSubscriber implements Subscriber {
  readonly #options: SubscriberOptions
  #connection: ProtocolClient | undefined
  #isSubscribed = false
  #position: { offset: number; epoch: string } | undefined
  #hasLeft = false

  constructor(options: SubscriberOptions) {
    this.#options = options
  }

  get name(): string {
    return this.#options.name
  }

  get client(): string | undefined {
    return this.#isSubscribed ? this.#connection?.client : undefined
  }

  start(): void {
    void this.#follow()
  }

  leave(): void {
    this.#hasLeft = true
    this.#connection?.cut()
  }

  async #follow(): Promise<void> {
    while (!this.#hasLeft) {
      await this.#once().catch(() => undefined)
      this.#isSubscribed = false
      this.#connection = undefined
      await sleep(reconnectMs)
    }
  }

  /** From connecting to the end of the connection. Rejects when it did not come to being subscribed. */
  async #once(): Promise<void> {
    const { ports, room, checker, name } = this.#options
    const connection = await ProtocolClient.open('lines', ports, (push) => this.#pushed(push))
    this.#connection = connection
    if (this.#hasLeft) connection.cut()
    try {
      const since = this.#position === undefined ? {} : { recover: true, ...this.#position }
      await connection.call('subscribe', { channel: room, recoverable: true, ...since }, (result) =>
        this.#entered(result as SubscribeResult),
      )
    } catch (error) {
      connection.cut()
      throw error
    }
    const { code, reason } = (await connection.closed) ?? { code: 0, reason: '' }
    if (code >= 3_500) checker.violations.add('turned-away', `${name}: ${code} ${reason}`)
  }

  #entered({ epoch, offset = 0, recovered = false, publications = [] }: SubscribeResult): void {
    const { checker, name } = this.#options
    if (this.#position === undefined) checker.began(name, { offset, epoch })
    else checker.cameBack(name, { epoch }, recovered)
    this.#position = { offset, epoch }
    for (const publication of publications) this.#given(publication)
    this.#isSubscribed = true
  }

  #pushed({ pub, unsubscribe }: Push): void {
    if (pub?.offset !== undefined) {
      this.#given({ data: pub.data, offset: pub.offset })
      this.#position = { epoch: this.#position?.epoch ?? '', offset: pub.offset }
    }
    // It asks for what it missed on the next connection.
    if (unsubscribe !== undefined) this.#connection?.cut()
  }

  #given({ data, offset }: { readonly data: unknown; readonly offset: number }): void {
    this.#options.checker.delivered(this.#options.name, { ...messageOf(data), offset })
  }
}
