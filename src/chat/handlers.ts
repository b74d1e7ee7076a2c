/**
 * What an application has to say about its clients: who they are, where they may go, what they may do. Each may answer
 * at once or with a promise. A handler refuses by throwing `CommandError` (the client gets it as its reply) or
 * `Disconnect` (its connection ends); whatever else it throws is an internal error to the client, and is logged.
 *
 * What a handler answers is allowed, whatever the room's options say; `undefined` is no opinion: then the options
 * decide, as they do where there is no handler. Where several parties have handlers (`composeHandlers`), they are asked
 * in their order: one that answers `undefined` has no opinion and the next decides, at the end the room's options; an
 * answer decides, and nobody else is asked; a throw refuses.
 */
import type { IncomingHttpHeaders } from 'node:http'
import type { HistoryOptions } from '../broker/broker.ts'
import type { ShownInfo } from './shown.ts'

export interface ChatHandlers {
  /** Somebody wants to connect. What is returned says who that is; without it they are anonymous. */
  onConnect?(request: ConnectRequest): Awaitable<ConnectAnswer | undefined>
  /** A client wants to subscribe. */
  onSubscribe?(client: Client, request: SubscribeRequest): Awaitable<SubscribeAnswer | undefined>
  /** A client wants to publish. */
  onPublish?(client: Client, request: PublishRequest): Awaitable<PublishAnswer | undefined>
  /** A client asks who is in a room, or how many. `true`: it may; `false`: it may not; else it may, and sees this. */
  onPresence?(client: Client, request: ChannelRequest): Awaitable<boolean | PresenceAnswer | undefined>
  /** A client asks for a room's history. `true`: it may; `false`: it may not; else it may, and this is what it asks. */
  onHistory?(client: Client, request: HistoryRequest): Awaitable<boolean | HistoryAnswer | undefined>
  /**
   * A client calls a method. What is returned is its result, `null` an empty one; where nobody answers, there is no such
   * method.
   */
  onRpc?(client: Client, request: RpcRequest): Awaitable<unknown>
  /** A client sent a message that gets no reply. */
  onMessage?(client: Client, data: unknown): Awaitable<void>
  /** A connection prolongs itself. Without a handler there is nothing to prolong. */
  onRefresh?(client: Client, request: { readonly token: string }): Awaitable<Expiry | undefined>
  /** A subscription prolongs itself. */
  onSubRefresh?(
    client: Client,
    request: ChannelRequest & { readonly token: string },
  ): Awaitable<Expiry | undefined>
  /**
   * The time of a connection is over of which the server asks (`isProlongedByServer`). What is returned prolongs it;
   * `undefined` ends it.
   */
  onExpire?(client: Client): Awaitable<Expiry | undefined>
  /** The same for a subscription. */
  onSubExpire?(client: Client, request: ChannelRequest): Awaitable<Expiry | undefined>
  /** A client has been let in. Whatever this and the following throw is logged, and changes nothing. */
  onConnected?(client: Client): Awaitable<void>
  /** A client is in a channel, by its own command or ours. */
  onSubscribed?(client: Client, event: ChannelRequest): Awaitable<void>
  /** A client has left a channel, by its own command or ours. */
  onUnsubscribe?(client: Client, event: ChannelRequest & { readonly code: number }): Awaitable<void>
  /** A client that had connected is gone. */
  onDisconnect?(client: Client, event: { readonly code: number; readonly reason: string }): Awaitable<void>
}

export type Awaitable<T> = T | PromiseLike<T>

/** A connected client, as handlers see it, whatever dialect it speaks. */
export interface Client {
  /** Identifies the session. */
  readonly client: string
  /** Identifies the person; empty: anonymous. */
  readonly user: string
  /** It may keep order in rooms. */
  readonly isModerator: boolean
  readonly remoteAddress: string
  /** What carries it: `websocket`, `sse`, `http-stream`, `tcp`, … */
  readonly transport: string
  /** How what it says is written. Default: JSON, or plain text. */
  readonly protocol?: 'json' | 'protobuf'
  /** Channels that it is subscribed to. */
  readonly channels: readonly string[]
  /** What `onConnect` wanted to find again here. */
  readonly meta: unknown
}

export interface ConnectRequest {
  readonly client: string
  /** Empty: none was given. */
  readonly token: string
  /** What the client sent with its command. */
  readonly data: unknown
  /** What the client calls itself and its version. */
  readonly name: string
  readonly version: string
  /** Headers that the client gave in its command, where its transport lets it set none. */
  readonly headers: Readonly<Record<string, string>>
  /** The HTTP request with which the connection began, cookies and all; `undefined` over TCP. */
  readonly http?: OpeningRequest | undefined
  readonly remoteAddress: string
  readonly transport: string
  /** As in {@link Client}. */
  readonly protocol?: 'json' | 'protobuf'
}

/** What an application may want to know of an HTTP request; Node's `IncomingMessage` is one. */
export interface OpeningRequest {
  /** Path and query, as they were sent. */
  readonly url?: string | undefined
  /** Lower-case names. */
  readonly headers: IncomingHttpHeaders
}

/** When something ends unless it is prolonged. */
export interface Expiry {
  /** Milliseconds since the Unix epoch. Default: never. */
  readonly expiresAt?: number | undefined
}

/** The same, where it is said for the first time. */
export interface FirstExpiry extends Expiry {
  /** The client is told nothing of it: when the time is over, `onExpire` or `onSubExpire` is asked. Default: no. */
  readonly isProlongedByServer?: boolean | undefined
}

export interface ConnectAnswer extends FirstExpiry {
  /** Default: empty, anonymous. */
  readonly user?: string | undefined
  /** JSON value that the members of this client's rooms may see. */
  readonly info?: unknown
  /** The client may keep order in rooms. Default: no. */
  readonly isModerator?: boolean | undefined
  /** JSON value for the client's connect reply. */
  readonly data?: unknown
  /** Anything, for `Client.meta`; never sent. */
  readonly meta?: unknown
  /** Channels that the server subscribes this client to. */
  readonly subscriptions?: Readonly<Record<string, SubscribeAnswer>> | undefined
}

export interface SubscribeRequest {
  readonly channel: string
  /** Empty: none was given. */
  readonly token: string
  readonly data: unknown
}

/** What a subscription is like. What is left out is as the room's options and the client's wishes have it. */
export interface SubscribeAnswer extends FirstExpiry {
  /** JSON value about the client that this room's members may see. */
  readonly info?: unknown
  /** JSON value for the client's subscribe reply. */
  readonly data?: unknown
  /** It gets all, and is told when that can't be said. */
  readonly isPositioned?: boolean | undefined
  /** It may recover what it missed. */
  readonly isRecoverable?: boolean | undefined
  /** It is told who comes and goes. */
  readonly joinLeave?: boolean | undefined
}

export interface PublishRequest {
  readonly channel: string
  readonly data: unknown
}

/** What is published instead, or how. */
export interface PublishAnswer {
  /** Instead of what the client sent. */
  readonly data?: unknown
  readonly tags?: Readonly<Record<string, string>> | undefined
  readonly skipHistory?: boolean | undefined
  /** The application's own: it means the same in what the server publishes. */
  readonly idempotencyKey?: string | undefined
}

export interface ChannelRequest {
  readonly channel: string
}

export interface HistoryRequest extends ChannelRequest {
  readonly options: HistoryOptions
}

/** Who a client is told is in a room, instead of those who are; they are what it is told to be the number, too. */
export interface PresenceAnswer {
  readonly clients: readonly ShownInfo[]
}

/** Asked of the history instead of what the client asked; what is left out stays. The server's limit holds all the same. */
export type HistoryAnswer = HistoryOptions

export interface RpcRequest {
  readonly method: string
  readonly data: unknown
}
