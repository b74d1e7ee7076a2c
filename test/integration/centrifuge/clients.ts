/** Clients of the Centrifuge dialect: the public package as it is, and bare frames. */
import { Centrifuge, type Options, type Subscription, type SubscriptionOptions } from 'centrifuge'
import { WebSocket } from 'ws'
import { until } from '../server/peers.ts'
import { TestEventSource } from './event-source.ts'

/** The transports of the public client that are spoken here. */
export const publicTransports = ['websocket', 'sse', 'http_stream'] as const

export type PublicTransport = (typeof publicTransports)[number]

/** The public client over one of its transports, not yet connecting. */
export function client(
  port: number,
  options: Partial<Options> = {},
  transport: PublicTransport = 'websocket',
): Centrifuge {
  const base = `://127.0.0.1:${port}`
  const scheme = transport === 'websocket' ? 'ws' : 'http'
  const centrifuge = new Centrifuge([{ transport, endpoint: `${scheme}${base}/connection/${transport}` }], {
    websocket: WebSocket,
    eventsource: TestEventSource,
    fetch,
    readableStream: ReadableStream,
    emulationEndpoint: `http${base}/emulation`,
    minReconnectDelay: 10,
    maxReconnectDelay: 50,
    ...options,
  })
  // The package throws what nobody listens for.
  centrifuge.on('error', () => {})
  return centrifuge
}

/** Connects, and resolves when the server has let it in. */
export async function connected(
  port: number,
  options: Partial<Options> = {},
  transport: PublicTransport = 'websocket',
): Promise<Centrifuge> {
  const centrifuge = client(port, options, transport)
  centrifuge.connect()
  await centrifuge.ready(10_000)
  return centrifuge
}

export interface Heard {
  readonly subscription: Subscription
  readonly data: unknown[]
  readonly offsets: (number | undefined)[]
  /** Resolves when so many publications have come. */
  count(number: number): Promise<void>
}

/** Subscribes, notes what comes, and resolves when subscribed. */
export async function subscribed(
  centrifuge: Centrifuge,
  channel: string,
  options: Partial<SubscriptionOptions> = {},
): Promise<Heard> {
  const subscription = centrifuge.newSubscription(channel, options)
  const data: unknown[] = []
  const offsets: (number | undefined)[] = []
  subscription.on('publication', (publication) => {
    data.push(publication.data)
    offsets.push(publication.offset)
  })
  subscription.on('error', () => {})
  subscription.subscribe()
  await subscription.ready(10_000)
  const count = (number: number): Promise<void> =>
    until(`${number} publications (there are ${data.length})`, () => data.length >= number)
  return { subscription, data, offsets, count }
}

export interface RawClient {
  readonly socket: WebSocket
  /** All frames, in order. */
  readonly frames: string[]
  /** All objects, in order, a ping as `{}`. */
  objects(): Record<string, unknown>[]
  /** Sends commands, one a line. */
  send(...commands: unknown[]): void
  /** The reply with this id. */
  reply(id: number): Promise<Record<string, unknown>>
  readonly closed: Promise<{ code: number; reason: string }>
}

/** Frames as they are; not connected yet. */
export async function rawClient(port: number, path = '/connection/websocket'): Promise<RawClient> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`)
  const frames: string[] = []
  socket.on('message', (data) => frames.push(String(data)))
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }))
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  const objects = (): Record<string, unknown>[] =>
    frames.flatMap((frame) => frame.split('\n')).map((line) => JSON.parse(line))
  return {
    socket,
    frames,
    objects,
    closed,
    send: (...commands) =>
      socket.send(
        commands
          .map((command) => (typeof command === 'string' ? command : JSON.stringify(command)))
          .join('\n'),
      ),
    reply: async (id) => {
      const find = (): Record<string, unknown> | undefined => objects().find((object) => object.id === id)
      await until(`a reply ${id} (there is ${frames.join(' ')})`, () => find() !== undefined)
      return find()!
    },
  }
}

/** Frames of one that has connected; `id` 1 is used up. */
export async function rawConnected(port: number, parameters: object = {}): Promise<RawClient> {
  const raw = await rawClient(port)
  raw.send({ id: 1, connect: parameters })
  await raw.reply(1)
  return raw
}
