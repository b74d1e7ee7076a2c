/** A proxy that misbehaves as networks do, between clients and a real server. */
import { once } from 'node:events'
import { createConnection, createServer, type Server, type Socket } from 'node:net'

export interface Misbehaviour {
  /** Flows that were silent for so long are forgotten: nothing passes any more, and nobody is told. As a NAT does. */
  forgetAfterMs?: number
  /** Everything is passed on in pieces of so many bytes. */
  pieceBytes?: number
  /** Everything is passed on so much later. */
  delayMs?: number
  /** Closes a flow when it has seen so many bytes from the client. */
  closeAfterBytes?: number
  /** New flows are accepted and nothing passes. */
  isStalled?: boolean
}

/** One connection through the proxy, and what may be done to it alone. */
export class Flow {
  readonly client: Socket
  readonly server: Socket
  lastAtMs = performance.now()
  /** Nothing passes any more, and nobody is told. */
  isForgotten = false
  /** The next piece that passes is cut: this share of it arrives. */
  tornAt: number | undefined

  constructor(client: Socket, server: Socket) {
    this.client = client
    this.server = server
  }

  /** Ends it with a FIN. */
  end(): void {
    this.client.end()
    this.server.destroy()
  }

  /** Ends it with a RST. */
  reset(): void {
    this.client.resetAndDestroy()
    this.server.resetAndDestroy()
  }

  /** Lets nothing more pass. */
  forget(): void {
    this.isForgotten = true
  }

  /** Lets nothing pass for a while; then all of it. */
  hold(forMs: number): void {
    for (const socket of [this.client, this.server]) socket.pause()
    setTimeout(() => {
      for (const socket of [this.client, this.server]) socket.resume()
    }, forMs).unref()
  }

  /** Cuts the next piece, whichever way it goes, so that a part of a message arrives, and then an end. */
  tear(share: number): void {
    this.tornAt = share
  }
}

export class FaultyProxy implements AsyncDisposable {
  /** May be changed at any time. */
  readonly misbehaviour: Misbehaviour = {}
  readonly #listener: Server
  readonly #targetPort: number
  readonly #flows = new Set<Flow>()
  forgotten = 0

  constructor(targetPort: number) {
    this.#targetPort = targetPort
    this.#listener = createServer({ noDelay: true }, (client) => this.#accept(client))
  }

  get port(): number {
    const address = this.#listener.address()
    if (address === null || typeof address === 'string') throw new Error('not listening')
    return address.port
  }

  get flows(): number {
    return this.#flows.size
  }

  /** The flows that are open and pass something. */
  get open(): readonly Flow[] {
    return [...this.#flows].filter(({ isForgotten }) => !isForgotten)
  }

  async listen(): Promise<void> {
    this.#listener.listen(0, '127.0.0.1')
    await once(this.#listener, 'listening')
  }

  /** Ends all flows with a FIN. */
  cut(): void {
    for (const flow of this.#flows) flow.end()
  }

  /** Ends all flows with a RST. */
  reset(): void {
    for (const flow of this.#flows) flow.reset()
  }

  /** Lets nothing more pass on the flows that are open. */
  stall(): void {
    for (const flow of this.#flows) flow.forget()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close()
    for (const flow of this.#flows) {
      flow.client.destroy()
      flow.server.destroy()
    }
    await once(this.#listener, 'close')
  }

  #accept(client: Socket): void {
    const server = createConnection({ port: this.#targetPort, host: '127.0.0.1', noDelay: true })
    const flow = new Flow(client, server)
    if (this.misbehaviour.isStalled === true) flow.forget()
    this.#flows.add(flow)
    let seenBytes = 0
    client.on('data', (chunk) => {
      seenBytes += chunk.length
      const { closeAfterBytes } = this.misbehaviour
      if (closeAfterBytes !== undefined && seenBytes > closeAfterBytes) client.end()
      else this.#pass(flow, chunk, server)
    })
    server.on('data', (chunk) => this.#pass(flow, chunk, client))
    const closed = (): void => {
      // Of a forgotten flow nobody is told anything, also not this.
      if (!flow.isForgotten) {
        client.destroy()
        server.destroy()
      }
      if (client.closed && server.closed) this.#flows.delete(flow)
    }
    for (const socket of [client, server]) {
      socket.on('error', () => {
        // The other side hears of it by the close.
      })
      socket.on('close', closed)
    }
  }

  #pass(flow: Flow, chunk: Buffer, to: Socket): void {
    const nowMs = performance.now()
    const { forgetAfterMs, pieceBytes, delayMs } = this.misbehaviour
    if (!flow.isForgotten && forgetAfterMs !== undefined && nowMs - flow.lastAtMs > forgetAfterMs) {
      flow.isForgotten = true
      this.forgotten++
    }
    if (flow.isForgotten) return
    flow.lastAtMs = nowMs
    if (flow.tornAt !== undefined) {
      const from = to === flow.client ? flow.server : flow.client
      flow.forget()
      to.end(chunk.subarray(0, Math.floor(chunk.length * flow.tornAt)), () => from.destroy())
      return
    }
    const write = (): void => {
      if (to.destroyed || flow.isForgotten) return
      if (pieceBytes === undefined) to.write(chunk)
      else for (let at = 0; at < chunk.length; at += pieceBytes) to.write(chunk.subarray(at, at + pieceBytes))
    }
    if (delayMs === undefined) write()
    else setTimeout(write, delayMs)
  }
}

export async function startProxy(targetPort: number): Promise<FaultyProxy> {
  const proxy = new FaultyProxy(targetPort)
  await proxy.listen()
  return proxy
}
