/** Who follows a room and comes back after every end, asking for what it missed. */
import type { Checker } from './checker.ts'
import type { Ports } from './wire.ts'

export interface SubscriberOptions {
  readonly name: string
  readonly ports: Ports
  readonly room: string
  readonly checker: Checker
}

export interface Subscriber {
  readonly name: string
  /** What the server calls its session; `undefined`: it is not subscribed at the moment. */
  readonly client: string | undefined
  start(): void
  /** Goes for good. */
  leave(): void
}
