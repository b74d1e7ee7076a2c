/** The chat over a WebSocket at `/ws`, in the plain dialect: a text frame is a message, a leading `/` a command. */
import { readPlainFrame } from './plain-frame.ts'
import type { Line, LineListener, Passport, Transport } from './transport.ts'

/** What we use of a WebSocket, so that a test can stand in for one. */
export interface Socket {
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  addEventListener(
    type: 'close',
    listener: (event: { readonly code: number; readonly reason: string }) => void,
  ): void
  send(text: string): void
  close(): void
}

/** Makes the transport of one server. `base` is the page's own address (`https:` gives `wss:`). */
export function plainTransport(base: string, open: (url: string) => Socket): Transport {
  return {
    connect: (as, listener) => new PlainLine(open(plainUrl(base, as)), listener),
  }
}

/** The address at which a person enters a room. */
export function plainUrl(base: string, { room, name }: Passport): string {
  const url = new URL('/ws', base)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  url.search = new URLSearchParams({
    room,
    ...(name === undefined ? {} : { name }),
    format: 'json',
  }).toString()
  return url.href
}

/** A text as it must be sent to be a message whatever it begins with: a doubled slash stands for one. */
export function escapePlain(text: string): string {
  return text.startsWith('/') ? `/${text}` : text
}

class PlainLine implements Line {
  readonly #socket: Socket
  #isOver = false
  #wasWelcomed = false

  constructor(socket: Socket, listener: LineListener) {
    this.#socket = socket
    socket.addEventListener('message', ({ data }) => {
      const event = !this.#isOver && typeof data === 'string' ? readPlainFrame(data) : undefined
      if (event === undefined) return
      if (event.kind === 'welcome') this.#wasWelcomed = true
      listener.event(event)
    })
    socket.addEventListener('close', ({ code, reason }) => {
      if (this.#isOver) return
      this.#isOver = true
      listener.ended({ code, reason, wasWelcomed: this.#wasWelcomed })
    })
  }

  say(text: string): void {
    this.#socket.send(escapePlain(text))
  }

  join(room: string): void {
    this.#socket.send(`/join ${room}`)
  }

  rename(name: string): void {
    this.#socket.send(`/nick ${name}`)
  }

  askMembers(): void {
    this.#socket.send('/who')
  }

  askRooms(): void {
    this.#socket.send('/rooms')
  }

  askHelp(): void {
    this.#socket.send('/help')
  }

  hangUp(): void {
    this.#isOver = true
    this.#socket.close()
  }
}
