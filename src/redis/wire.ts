/** The bytes of one connection over a socket, decoded. To be carried by the kernel, once that is there. */
import { createConnection, type Socket } from 'node:net'
import { connect as tlsConnect } from 'node:tls'
import type { Cause, Ending } from '../connection/cause.ts'
import type { ServerSettings } from './options.ts'
import { ReplyDecoder } from './resp/decoder.ts'
import { Push, type Reply } from './resp/reply.ts'

export interface WireSink {
  reply(reply: Reply): void
  push(push: Push): void
  replyAsBuffers(): boolean
  ended(ending: Ending): void
}

export class Wire {
  readonly #socket: Socket
  readonly #decoder = new ReplyDecoder()
  readonly openedAt = Date.now()
  sentBytes = 0
  lastReadAtMs = performance.now()
  #ending: { cause: Cause; detail: string } | undefined
  constructor(socket: Socket) {
    this.#socket = socket
  }
  open(sink: WireSink): void {
    this.#decoder.replyAsBuffers = () => sink.replyAsBuffers()
    this.#socket.setNoDelay(true)
    this.#socket.on('data', (chunk) => {
      this.lastReadAtMs = performance.now()
      try {
        this.#decoder.push(chunk)
        for (let r = this.#decoder.next(); r !== undefined; r = this.#decoder.next()) {
          if (r instanceof Push) sink.push(r)
          else sink.reply(r)
        }
      } catch (error) {
        this.destroy('protocol', String(error))
      }
    })
    let failure: unknown
    this.#socket.on('error', (error) => {
      failure = error
    })
    this.#socket.on('close', () => {
      const e = this.#ending ?? {
        cause: failure ? 'peer-reset' : 'peer-closed',
        detail: String(failure ?? 'closed'),
      }
      sink.ended({
        ...e,
        error: failure,
        evidence: { openedAt: this.openedAt } as Ending['evidence'],
      } as Ending)
    })
  }
  get pushAsBuffers(): boolean {
    return this.#decoder.pushAsBuffers
  }
  set pushAsBuffers(value: boolean) {
    this.#decoder.pushAsBuffers = value
  }
  write(chunks: readonly Uint8Array[]): void {
    if (chunks.length > 1) this.#socket.cork()
    for (const chunk of chunks) {
      this.sentBytes += chunk.length
      this.#socket.write(chunk)
    }
    if (chunks.length > 1) this.#socket.uncork()
  }
  endingNow(cause: Cause, detail: string): Ending {
    return { cause, detail, evidence: { openedAt: this.openedAt } as Ending['evidence'] }
  }
  end(): void {
    this.#ending ??= { cause: 'local', detail: 'closed by the pool' }
    this.#socket.end()
  }
  destroy(cause: Cause, detail: string): void {
    this.#ending ??= { cause, detail }
    this.#socket.destroy()
  }
}

export function openWire(server: ServerSettings, _maxReplyBytes: number, signal: AbortSignal): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const socket =
      server.tls === undefined
        ? createConnection({ ...server.address })
        : tlsConnect({ ...server.address, ...server.tls })
    const abort = (): void => {
      socket.destroy(signal.reason as Error)
    }
    signal.addEventListener('abort', abort)
    socket.once('error', reject)
    socket.once(server.tls === undefined ? 'connect' : 'secureConnect', () => {
      signal.removeEventListener('abort', abort)
      socket.off('error', reject)
      resolve(new Wire(socket))
    })
  })
}
