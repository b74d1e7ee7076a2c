/** A subscriber that is the public client as it is, over one of its transports. */
import type { Centrifuge, Subscription } from 'centrifuge'
import { client, type PublicTransport } from '../../integration/centrifuge/clients.ts'
import { messageOf } from './message.ts'
import type { Subscriber, SubscriberOptions } from './subscriber.ts'

/** As patient as on a machine that is busy, and not so eager that coming back is all that anybody does. */
const patience = {
  timeout: 5_000,
  maxServerPingDelay: 3_000,
  minReconnectDelay: 100,
  maxReconnectDelay: 2_000,
}

export class PublicSubscriber implements Subscriber {
  readonly #options: SubscriberOptions
  readonly #centrifuge: Centrifuge
  readonly #subscription: Subscription
  #client: string | undefined
  #hasBegun = false
  #hasLeft = false

  constructor(transport: PublicTransport, options: SubscriberOptions) {
    this.#options = options
    const { name, ports, room, checker } = options
    this.#centrifuge = client(ports.http, patience, transport)
    this.#centrifuge.on('connected', (context) => {
      this.#client = context.client
    })
    this.#centrifuge.on('disconnected', ({ code, reason }) => {
      if (!this.#hasLeft) checker.violations.add('turned-away', `${name}: ${code} ${reason}`)
    })
    this.#subscription = this.#centrifuge.newSubscription(room, {
      recoverable: true,
      minResubscribeDelay: 50,
      maxResubscribeDelay: 1_000,
    })
    this.#subscription.on('error', () => {
      // It tries again by itself.
    })
    this.#subscription.on('subscribed', ({ streamPosition, recovered, wasRecovering }) => {
      const position = { offset: streamPosition?.offset ?? 0, epoch: streamPosition?.epoch ?? '' }
      if (!this.#hasBegun) checker.began(name, position)
      else checker.cameBack(name, position, wasRecovering && recovered)
      this.#hasBegun = true
    })
    this.#subscription.on('unsubscribed', ({ code, reason }) => {
      if (!this.#hasLeft) checker.violations.add('turned-away', `${name} unsubscribed: ${code} ${reason}`)
    })
    this.#subscription.on('publication', ({ data, offset = 0 }) =>
      checker.delivered(name, { ...messageOf(data), offset }),
    )
  }

  get name(): string {
    return this.#options.name
  }

  get client(): string | undefined {
    return this.#subscription.state === 'subscribed' ? this.#client : undefined
  }

  start(): void {
    this.#subscription.subscribe()
    this.#centrifuge.connect()
  }

  leave(): void {
    this.#hasLeft = true
    this.#centrifuge.disconnect()
  }
}
