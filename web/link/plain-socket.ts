/** The chat over a WebSocket at `/ws`, in the plain dialect: a text frame is a message, a leading `/` a command. */
import { readPlainFrame } from './plain-frame.ts'
import type { Line, LineEnding, LineListener, Passport, Transport } from './transport.ts'

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

/**
 * Makes the transport of one server. `base` is the page's own address (`https:` gives `wss:`). `askRefusal` finds out why a
 * WebSocket did not come to be; `undefined`: there is no reason that lasts.
 */
export function plainTransport(
  base: string,
  open: (url: string) => Socket,
  askRefusal: (url: string) => Promise<string | undefined> = () => Promise.resolve(undefined),
): Transport {
  return {
    connect: (as, listener) => {
      const url = plainUrl(base, as)
      return new PlainLine(open(url), listener, () => askRefusal(url))
    },
  }
}

/** Policy violation (RFC 6455 section 7.4.1): coming back by oneself is not welcome. */
const policy = 1008

/** The address at which a person enters a room. */
export function plainUrl(base: string, { room, name, token, since }: Passport): string {
  const url = new URL('/ws', base)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  url.search = new URLSearchParams({
    room,
    ...(name === undefined ? {} : { name }),
    ...(token === undefined ? {} : { token }),
    format: 'json',
    ...(since === undefined ? {} : { since: String(since.offset), epoch: since.epoch }),
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

  constructor(socket: Socket, listener: LineListener, askRefusal: () => Promise<string | undefined>) {
    this.#socket = socket
    socket.addEventListener('message', ({ data }) => {
      const event = !this.#isOver && typeof data === 'string' ? readPlainFrame(data) : undefined
      if (event === undefined) return
      if (event.kind === 'welcome') this.#wasWelcomed = true
      listener.event(event)
    })
    socket.addEventListener('close', ({ code, reason }) => {
      if (this.#isOver) return
      const wasWelcomed = this.#wasWelcomed
      if (wasWelcomed || code === policy) this.#end(listener, { code, reason, wasWelcomed })
      else {
        void askRefusal().then((refusal) => {
          const known = refusal === undefined ? { code, reason } : { code: policy, reason: refusal }
          this.#end(listener, { ...known, wasWelcomed })
        })
      }
    })
  }

  #end(listener: LineListener, ending: LineEnding): void {
    if (this.#isOver) return
    this.#isOver = true
    listener.ended(ending)
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

  order(text: string): void {
    this.#socket.send(text)
  }

  hangUp(): void {
    this.#isOver = true
    this.#socket.close()
  }
}
