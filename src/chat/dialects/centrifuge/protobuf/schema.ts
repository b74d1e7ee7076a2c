/**
 * The messages of the protocol in Protobuf: names, which are those of the JSON, numbers and kinds. What is not spoken
 * here has no row; it is passed over in what clients send.
 *
 * Source: `client.proto` of the public protocol definitions.
 */

/**
 * `json` is bytes on the wire, which hold JSON here; `whole` a number without a sign, of 32 or 64 bits; `signed` one of
 * 32 bits with a sign. A message stands for itself; of `list` there may be many, and `map` has one for each name.
 */
export type Kind = 'text' | 'flag' | 'whole' | 'signed' | 'json' | 'message' | 'list' | 'map'

export interface Field {
  readonly name: string
  readonly number: number
  readonly kind: Kind
  /** Of a message, of those in a list, of a map's entries. */
  readonly message: Message | undefined
}

export class Message {
  readonly #byName = new Map<string, Field>()
  readonly #byNumber = new Map<number, Field>()

  constructor(fields: Readonly<Record<string, readonly [number, FieldType]>>) {
    for (const [name, [number, type]] of Object.entries(fields)) {
      const field = { name, number, ...kindOf(type) }
      this.#byName.set(name, field)
      this.#byNumber.set(number, field)
    }
  }

  named(name: string): Field | undefined {
    return this.#byName.get(name)
  }

  numbered(number: number): Field | undefined {
    return this.#byNumber.get(number)
  }
}

type Scalar = Exclude<Kind, 'message' | 'list' | 'map'>

type FieldType = Scalar | Message | { readonly kind: 'list' | 'map'; readonly message: Message }

function kindOf(type: FieldType): Pick<Field, 'kind' | 'message'> {
  if (typeof type === 'string') return { kind: type, message: undefined }
  return type instanceof Message ? { kind: 'message', message: type } : type
}

function list(message: Message): FieldType {
  return { kind: 'list', message }
}

function map(value: Scalar | Message): FieldType {
  return { kind: 'map', message: new Message({ key: [1, 'text'], value: [2, value] }) }
}

const empty = new Message({})

// What clients say ------------------------------------------------------------------------------------------

const subscribeRequest = new Message({
  channel: [1, 'text'],
  token: [2, 'text'],
  recover: [3, 'flag'],
  epoch: [6, 'text'],
  offset: [7, 'whole'],
  data: [8, 'json'],
  positioned: [9, 'flag'],
  recoverable: [10, 'flag'],
  join_leave: [11, 'flag'],
  delta: [12, 'text'],
  flag: [14, 'whole'],
})

const connectRequest = new Message({
  token: [1, 'text'],
  data: [2, 'json'],
  subs: [3, map(subscribeRequest)],
  name: [4, 'text'],
  version: [5, 'text'],
  headers: [6, map('text')],
})

const channelRequest = new Message({ channel: [1, 'text'] })

const historyRequest = new Message({
  channel: [1, 'text'],
  limit: [7, 'signed'],
  since: [8, new Message({ offset: [1, 'whole'], epoch: [2, 'text'] })],
  reverse: [9, 'flag'],
})

export const command = new Message({
  id: [1, 'whole'],
  connect: [4, connectRequest],
  subscribe: [5, subscribeRequest],
  unsubscribe: [6, channelRequest],
  publish: [7, new Message({ channel: [1, 'text'], data: [2, 'json'] })],
  presence: [8, channelRequest],
  presence_stats: [9, channelRequest],
  history: [10, historyRequest],
  ping: [11, empty],
  send: [12, new Message({ data: [1, 'json'] })],
  rpc: [13, new Message({ data: [1, 'json'], method: [2, 'text'] })],
  refresh: [14, new Message({ token: [1, 'text'] })],
  sub_refresh: [15, new Message({ channel: [1, 'text'], token: [2, 'text'] })],
})

// What the server says --------------------------------------------------------------------------------------

const clientInfo = new Message({
  user: [1, 'text'],
  client: [2, 'text'],
  conn_info: [3, 'json'],
  chan_info: [4, 'json'],
})

const publication = new Message({
  data: [4, 'json'],
  /** How the data differ from those before, instead of them: in JSON both would be texts. */
  difference: [4, 'text'],
  info: [5, clientInfo],
  offset: [6, 'whole'],
  tags: [7, map('text')],
  delta: [8, 'flag'],
})

const subscribeResult = new Message({
  expires: [1, 'flag'],
  ttl: [2, 'whole'],
  recoverable: [3, 'flag'],
  epoch: [6, 'text'],
  publications: [7, list(publication)],
  recovered: [8, 'flag'],
  offset: [9, 'whole'],
  positioned: [10, 'flag'],
  data: [11, 'json'],
  was_recovering: [12, 'flag'],
  delta: [13, 'flag'],
})

const connectResult = new Message({
  client: [1, 'text'],
  version: [2, 'text'],
  expires: [3, 'flag'],
  ttl: [4, 'whole'],
  data: [5, 'json'],
  subs: [6, map(subscribeResult)],
  ping: [7, 'whole'],
  pong: [8, 'flag'],
  session: [9, 'text'],
  node: [10, 'text'],
})

const push = new Message({
  channel: [2, 'text'],
  pub: [4, publication],
  join: [5, new Message({ info: [1, clientInfo] })],
  leave: [6, new Message({ info: [1, clientInfo] })],
  unsubscribe: [7, new Message({ code: [2, 'whole'], reason: [3, 'text'] })],
  message: [8, new Message({ data: [1, 'json'] })],
  subscribe: [
    9,
    new Message({
      recoverable: [1, 'flag'],
      epoch: [4, 'text'],
      offset: [5, 'whole'],
      positioned: [6, 'flag'],
      data: [7, 'json'],
    }),
  ],
  disconnect: [11, new Message({ code: [1, 'whole'], reason: [2, 'text'], reconnect: [3, 'flag'] })],
  refresh: [12, new Message({ expires: [1, 'flag'], ttl: [2, 'whole'] })],
})

const historyResult = new Message({
  publications: [1, list(publication)],
  epoch: [2, 'text'],
  offset: [3, 'whole'],
})

const refreshResult = new Message({
  client: [1, 'text'],
  version: [2, 'text'],
  expires: [3, 'flag'],
  ttl: [4, 'whole'],
})

export const reply = new Message({
  id: [1, 'whole'],
  error: [2, new Message({ code: [1, 'whole'], message: [2, 'text'], temporary: [3, 'flag'] })],
  push: [4, push],
  connect: [5, connectResult],
  subscribe: [6, subscribeResult],
  unsubscribe: [7, empty],
  publish: [8, empty],
  presence: [9, new Message({ presence: [1, map(clientInfo)] })],
  presence_stats: [10, new Message({ num_clients: [1, 'whole'], num_users: [2, 'whole'] })],
  history: [11, historyResult],
  ping: [12, empty],
  rpc: [13, new Message({ data: [1, 'json'] })],
  refresh: [14, refreshResult],
  sub_refresh: [15, new Message({ expires: [1, 'flag'], ttl: [2, 'whole'] })],
})
