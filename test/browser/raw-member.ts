/** Somebody in a room without a browser: a bare WebSocket, to fill rooms and to say a lot. */
import { once } from 'node:events'
import WebSocket from 'ws'

export class RawMember {
  readonly #socket: WebSocket

  private constructor(socket: WebSocket) {
    this.#socket = socket
  }

  static async enter(url: string, name: string, room = 'lobby'): Promise<RawMember> {
    const address = new URL('/ws', url.replace('http', 'ws'))
    address.search = new URLSearchParams({ room, name, format: 'json' }).toString()
    const socket = new WebSocket(address)
    // The first frame is the welcome: from then on the room hears us.
    await once(socket, 'message')
    return new RawMember(socket)
  }

  say(text: string): void {
    this.#socket.send(text.startsWith('/') ? `/${text}` : text)
  }

  async leave(): Promise<void> {
    const closed = once(this.#socket, 'close')
    this.#socket.close()
    await closed
  }
}
