/** The public package's Protobuf build as it is, and around it what a program does whose data are JSON. */
import type { Centrifuge, Options } from 'centrifuge'
import { Centrifuge as ProtobufCentrifuge, Subscription } from 'centrifuge/build/protobuf'
import { WebSocket } from 'ws'

/** Not yet connecting. Values that are said become bytes, and bytes that are heard values. */
export function protobufClient(port: number, options: Partial<Options> = {}): Centrifuge {
  const { data, ...others } = options
  const centrifuge = new ProtobufCentrifuge(`ws://127.0.0.1:${port}/connection/websocket`, {
    websocket: WebSocket,
    minReconnectDelay: 10,
    maxReconnectDelay: 50,
    ...others,
    ...(data === undefined ? {} : { data: bytesOf(data) }),
  })
  // The package throws what nobody listens for.
  centrifuge.on('error', () => {})
  return inJson(centrifuge) as unknown as Centrifuge
}

/** Connects, and resolves when the server has let it in. */
export async function protobufConnected(port: number, options: Partial<Options> = {}): Promise<Centrifuge> {
  const centrifuge = protobufClient(port, options)
  centrifuge.connect()
  await centrifuge.ready(10_000)
  return centrifuge
}

/** Methods whose last argument is the program's own. */
const saying: ReadonlySet<string | symbol> = new Set(['publish', 'rpc', 'send'])

/** A client or a subscription, all of whose data are values. */
function inJson<T extends object>(target: T): T {
  return new Proxy(target, {
    get: (_target, name) => {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return (...words: unknown[]) => heard(member.apply(target, said(name, words)))
    },
  })
}

function said(method: string | symbol, words: readonly unknown[]): unknown[] {
  return words.map((word, index) => {
    if (saying.has(method) && index === words.length - 1) return bytesOf(word)
    if (typeof word === 'function') return (...contexts: unknown[]) => word(...contexts.map(heard))
    return word
  })
}

function heard(value: unknown): unknown {
  if (value instanceof Uint8Array) {
    return value.byteLength === 0 ? undefined : JSON.parse(Buffer.from(value).toString())
  }
  if (value instanceof Subscription) return inJson(value)
  if (value instanceof Promise) return value.then(heard)
  if (Array.isArray(value)) return value.map(heard)
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Error || value instanceof ProtobufCentrifuge) return value
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, heard(field)]))
}

function bytesOf(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value))
}
