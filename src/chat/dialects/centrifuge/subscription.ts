import type { Membership } from '../../membership.ts'

/** A client's subscription to a channel, from the moment it is asked for. */
export class Subscription {
  readonly channel: string
  /** Made by the server: the client did not ask for it, and cannot ask for it again. */
  readonly isServerSide: boolean
  /** `undefined` while the client is let in and catches up. */
  membership: Membership | undefined
  /** JSON about the client in this room. */
  chanInfo: string | undefined
  #cancelExpiry: (() => void) | undefined

  constructor(channel: string, isServerSide: boolean) {
    this.channel = channel
    this.isServerSide = isServerSide
  }

  /** What cancels the timer at which it expires; the one before is cancelled. */
  set cancelExpiry(cancel: (() => void) | undefined) {
    this.#cancelExpiry?.()
    this.#cancelExpiry = cancel
  }

  /** It did not come to be. */
  giveBack(subscriptions: Map<string, Subscription>): void {
    if (subscriptions.get(this.channel) === this) subscriptions.delete(this.channel)
  }
}
