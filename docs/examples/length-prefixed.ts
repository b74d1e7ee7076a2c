/**
 * A codec of one's own: each message is bytes behind their length, four bytes, most significant first. Then a server that
 * counts the bytes of each message, and a client.
 */
import { type Codec, Connection, dialTcp, listenTcp, MessageTooLargeError } from 'longwire/connection'

const headBytes = 4

class LengthPrefixedCodec implements Codec<Buffer, Buffer> {
  readonly #messageBytes: number
  #bytes: Buffer = Buffer.alloc(0)

  /** Messages over `messageBytes` end the connection with the cause `message-too-large`. */
  constructor(messageBytes = 65_536) {
    this.#messageBytes = messageBytes
  }

  push(chunk: Buffer): void {
    this.#bytes = this.#bytes.byteLength === 0 ? chunk : Buffer.concat([this.#bytes, chunk])
  }

  next(): Buffer | undefined {
    if (this.#bytes.byteLength < headBytes) return undefined
    const length = this.#bytes.readUInt32BE()
    // Known from the head alone: a peer cannot make us hold more than the limit.
    if (length > this.#messageBytes) throw new MessageTooLargeError(this.#messageBytes)
    const end = headBytes + length
    if (this.#bytes.byteLength < end) return undefined
    const message = this.#bytes.subarray(headBytes, end)
    this.#bytes = this.#bytes.subarray(end)
    return message
  }

  encode(message: Buffer): Buffer {
    if (message.byteLength > this.#messageBytes) throw new MessageTooLargeError(this.#messageBytes)
    const head = Buffer.alloc(headBytes)
    head.writeUInt32BE(message.byteLength)
    return Buffer.concat([head, message])
  }
}

const server = await listenTcp({
  listen: { port: 0, host: '127.0.0.1' },
  accept: (transport) =>
    new Connection(transport, new LengthPrefixedCodec(1000), {
      message: (message, connection) => {
        connection.send(Buffer.from(`${message.byteLength} bytes`))
      },
      closed: ({ cause, detail }) => console.log('server:', cause, '-', detail),
    }),
})

const client = new Connection(await dialTcp({ port: server.port }), new LengthPrefixedCodec(), {
  message: (message) => console.log('client:', message.toString()),
})

client.send(Buffer.from('hello'))
client.send(Buffer.alloc(1000))
client.send(Buffer.alloc(1001))
await client.closed
await server.close()
