/**
 * The protocol's ping: `{}` from the server at an interval, whatever else is said, so that a client can tell a dead
 * connection from a quiet one; and the client's `{}`, awaited where it was announced.
 */
import { Disconnect } from './disconnects.ts'

export interface HeartbeatOptions {
  readonly pingIntervalMs: number
  /** How long a pong may take, less than the interval; 0: none is awaited. */
  readonly pongTimeoutMs: number
}

/** Where it beats. */
export interface HeartbeatOwner {
  /** Runs work after a while, unless the connection ends first. */
  after(delayMs: number, work: () => void): void
  sendPing(): void
  end(disconnect: Disconnect): void
}

export class Heartbeat {
  readonly #owner: HeartbeatOwner
  readonly #options: HeartbeatOptions
  /** A ping was sent, and its pong has not come. */
  #isPongDue = false

  constructor(owner: HeartbeatOwner, options: HeartbeatOptions) {
    this.#owner = owner
    this.#options = options
    this.#later()
  }

  /** The client's `{}` has come. Throws `Disconnect` (3501) if no ping asked for it. */
  pong(): void {
    if (!this.#isPongDue) throw new Disconnect('bad-request', 'A pong came that no ping asked for.')
    this.#isPongDue = false
  }

  #later(): void {
    this.#owner.after(this.#options.pingIntervalMs, () => this.#beat())
  }

  #beat(): void {
    const { pongTimeoutMs } = this.#options
    this.#owner.sendPing()
    if (pongTimeoutMs > 0) {
      this.#isPongDue = true
      this.#owner.after(pongTimeoutMs, () => this.#check())
    }
    this.#later()
  }

  #check(): void {
    if (!this.#isPongDue) return
    this.#owner.end(new Disconnect('no-pong', `No pong came within ${this.#options.pongTimeoutMs} ms.`))
  }
}
