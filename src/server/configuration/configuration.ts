import type { NamespaceTable } from '../../chat/namespaces/option-table.ts'
import type { RoomOptions } from '../../chat/room-options.ts'
import type { EventType, HookName } from '../webhooks/names.ts'

/** What a server is started with: complete, checked and frozen. */
export interface Configuration {
  readonly host: string
  /** 0 picks a free port. */
  readonly port: number
  /** 0: no lines over TCP; `any` picks a free port. */
  readonly tcpPort: number | 'any'
  /** `undefined`: nothing is kept on this machine's disk. */
  readonly dataDir: string | undefined
  readonly redisUrl: string | undefined
  readonly store: 'sqlite' | 'memory'
  readonly durability: 'normal' | 'full'
  readonly drainTimeoutMs: number
  readonly allowOrigin: readonly string[]
  /** Users that are moderators, whatever their tokens say. */
  readonly moderators: readonly string[]
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined
  readonly trustedProxies: readonly string[]
  /** Whoever shows no token is let in. */
  readonly anonymous: boolean
  readonly tokens: ConfiguredTokens
  readonly logLevel: string
  readonly logFormat: 'pretty' | 'json'
  readonly limits: ConfiguredLimits
  readonly rooms: ConfiguredRooms
  readonly timing: ConfiguredTiming
  readonly gateway: ConfiguredGateway
  readonly api: ConfiguredApi
  readonly webhooks: ConfiguredWebhooks
}

export interface ConfiguredWebhooks {
  /** Where each is decided; `undefined`: here. */
  readonly connect: string | undefined
  readonly refresh: string | undefined
  readonly subscribe: string | undefined
  readonly subRefresh: string | undefined
  readonly publish: string | undefined
  readonly rpc: string | undefined
  /** Where events are told. */
  readonly events: string | undefined
  readonly eventTypes: readonly EventType[]
  readonly secrets: readonly string[]
  /** Of clients, sent along. */
  readonly headers: readonly string[]
  readonly allowWhenDown: readonly HookName[]
  readonly timeoutMs: number
  readonly concurrentCalls: number
  readonly answerBytes: number
  readonly queuedEvents: number
}

export interface ConfiguredApi {
  /** Hashes, or files with them; none: the server API is off. */
  readonly keys: readonly string[]
  /** Calls a second and key; 0: no limit. */
  readonly callRate: number
  readonly callBurst: number
  readonly bodyBytes: number
}

export interface ConfiguredTokens {
  /** At least 32 characters; `undefined`: none is configured. */
  readonly secret: string | undefined
  readonly publicKeyFiles: readonly string[]
  readonly jwksUrl: string | undefined
  /** None: tokens may be for anybody. */
  readonly audience: readonly string[]
  /** None: whoever has the key may make tokens. */
  readonly issuer: readonly string[]
}

export interface ConfiguredGateway {
  /** 0: no port of its own; `any` picks a free one. */
  readonly port: number | 'any'
  readonly host: string
  readonly allowHost: readonly string[]
  /** File with the rules of tokens. */
  readonly tokens: string | undefined
  /** Of all requests. */
  readonly accessLogShare: number
  readonly connections: number
  readonly databases: number
  readonly commandTimeoutMs: number
  readonly commandWords: number
  readonly headBytes: number
  readonly bodyBytes: number
  readonly replyBytes: number
  readonly heldReplyBytes: number
  readonly pipelinedRequests: number
  readonly idleTimeoutMs: number
  readonly requestTimeoutMs: number
}

/** 0 means no limit where the table of settings says so. */
export interface ConfiguredLimits {
  readonly messageRate: number
  readonly messageBurst: number
  readonly messageBytes: number
  readonly inboxMessages: number
  readonly outboxBytes: number
  readonly roomsPerConnection: number
  readonly nameLength: number
  readonly roomLength: number
  readonly sanctions: number
  readonly connections: number
  readonly connectionsPerAddress: number
  readonly connectionsPerUser: number
  readonly handshakesPerSecond: number
}

/** Of rooms without a namespace, and of the others where these say nothing else. */
export interface ConfiguredRooms extends Omit<RoomOptions, 'historySize'> {
  /** `undefined`: as the store has it. */
  readonly historySize: number | undefined
  readonly namespaces: NamespaceTable
  /** The namespace of personal rooms; `undefined`: there are none. */
  readonly personal: string | undefined
}

export interface ConfiguredTiming {
  readonly pingIntervalMs: number
  /** What is above four fifths of the ping interval counts as that. */
  readonly pongTimeoutMs: number
  readonly readDeadlineMs: number
  readonly writeDeadlineMs: number
  readonly handshakeTimeoutMs: number
}
