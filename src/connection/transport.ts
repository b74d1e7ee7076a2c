import { Buffer } from 'node:buffer'

/**
 * A transport carries the bytes of one connection: a TCP or TLS socket, a Unix socket, an HTTP response that
 * streams. This is all the kernel knows of it.
 *
 * What an implementation promises:
 * - **Order.** Bytes arrive and leave in the order they were given.
 * - **Silence before `open`.** It calls its sink only after `open(sink)`, and never from within `open` or `write`.
 * - **One end.** `sink.peerEnded` at most once, and nothing is read after it; `sink.transportClosed` exactly
 *   once, last, whoever closed it and whatever failed, with the error where there was one.
 * - **No hidden queue growth.** `pendingBytes` counts all that was written and not yet taken by the system.
 */
export interface Transport {
  /** What it is, for logs and metrics: `tcp`, `tls`, `unix`, `websocket`, `sse`, `http-stream`, `memory`. */
  readonly kind: string
  /** The peer's address as people write it, without port: `127.0.0.1`, `2001:db8::1`, or a socket's path. */
  readonly remoteAddress: string
  /** Bytes given to `write` that the system has not taken yet. Zero means that a write costs no memory. */
  readonly pendingBytes: number

  /** Begins delivering to the sink. Called once. */
  open(sink: TransportSink): void

  /**
   * Sends these bytes with one system call where the system takes them; a string is sent as UTF-8. `sizeBytes`: what they
   * are on the wire, from who knows it; a string that has as many characters is ASCII.
   */
  write(bytes: Bytes, sizeBytes?: number): void

  /** Sends these in order with one (gathering) system call. */
  writeAll(chunks: readonly Bytes[]): void

  /** Asks for one `sink.bytesDrained` as soon as `pendingBytes` is zero. Called only while it is not zero. */
  notifyDrained(): void

  /** Stops delivering what is read; the peer's window closes in turn. At most one chunk may still arrive. */
  pause(): void
  resume(): void

  /** Ends our side after all pending bytes; the peer sees an orderly end. */
  end(): void

  /** Drops everything at once. `sink.transportClosed` follows. */
  destroy(): void
}

/** What a transport tells its connection. */
export interface TransportSink {
  /** The chunk belongs to the sink from here on. */
  bytesRead(chunk: Buffer): void
  /** The same for the first `length` bytes of memory that is the transport's own again once this returns. */
  bytesLent(memory: Buffer, length: number): void
  /** Answers `notifyDrained`. */
  bytesDrained(): void
  /** The peer ended its side in an orderly way; ours may still write. */
  peerEnded(): void
  /** All is over, with the error where there was one. */
  transportClosed(error: Error | undefined): void
}

/** Bytes on their way out. A string stands for its UTF-8 encoding. */
export type Bytes = Uint8Array | string

/** Strings up to here are looked at a character at a time, which beats a call into the runtime. */
const shortString = 128

/** How many bytes it is on the wire. Hot path: once for each message that is sent. */
export function sizeOf(bytes: Bytes): number {
  if (typeof bytes !== 'string') return bytes.byteLength
  if (bytes.length > shortString) return Buffer.byteLength(bytes)
  for (let index = 0; index < bytes.length; index++) {
    if (bytes.charCodeAt(index) > 127) return Buffer.byteLength(bytes)
  }
  return bytes.length
}
