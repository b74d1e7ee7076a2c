/** A whole server inside the test's process, on free ports, with its log kept. */
import pino from 'pino'
import { defaultRoomOptions } from '../../../src/chat/room-options.ts'
import type { Configuration } from '../../../src/server/configuration/configuration.ts'
import { type RunningServer, startServer } from '../../../src/server/server.ts'

export type Changes = Partial<
  Omit<Configuration, 'tokens' | 'limits' | 'timing' | 'rooms' | 'gateway' | 'api' | 'webhooks'>
> & {
  api?: Partial<Configuration['api']>
  webhooks?: Partial<Configuration['webhooks']>
  gateway?: Partial<Configuration['gateway']>
  limits?: Partial<Configuration['limits']>
  tokens?: Partial<Configuration['tokens']>
  timing?: Partial<Configuration['timing']>
  rooms?: Partial<Configuration['rooms']>
}

export interface LogEntry {
  readonly msg: string
  readonly cause?: string
  readonly detail?: string
  readonly [key: string]: unknown
}

export interface Running {
  readonly server: RunningServer
  readonly log: LogEntry[]
  readonly httpPort: number
  readonly tcpPort: number
  /** 0: none. */
  readonly gatewayPort: number
  health(): Promise<{ connections: number; rooms: number }>
}

const limits: Configuration['limits'] = {
  messageRate: 0,
  messageBurst: 40,
  messageBytes: 65_536,
  inboxMessages: 256,
  outboxBytes: 1024 * 1024,
  roomsPerConnection: 100,
  nameLength: 64,
  roomLength: 64,
  sanctions: 10_000,
  connections: 0,
  connectionsPerAddress: 0,
  connectionsPerUser: 0,
  handshakesPerSecond: 0,
}

const tokens: Configuration['tokens'] = {
  secret: undefined,
  publicKeyFiles: [],
  jwksUrl: undefined,
  audience: [],
  issuer: [],
}

const timing: Configuration['timing'] = {
  pingIntervalMs: 25_000,
  pongTimeoutMs: 8_000,
  readDeadlineMs: 60_000,
  writeDeadlineMs: 10_000,
  handshakeTimeoutMs: 10_000,
}

const gateway: Configuration['gateway'] = {
  port: 0,
  host: '127.0.0.1',
  allowHost: [],
  tokens: undefined,
  accessLogShare: 0,
  connections: 20,
  databases: 16,
  commandTimeoutMs: 10_000,
  commandWords: 10_000,
  headBytes: 65_536,
  bodyBytes: 67_108_864,
  replyBytes: 134_217_728,
  heldReplyBytes: 536_870_912,
  pipelinedRequests: 128,
  idleTimeoutMs: 75_000,
  requestTimeoutMs: 30_000,
}

const webhooks: Configuration['webhooks'] = {
  connect: undefined,
  refresh: undefined,
  subscribe: undefined,
  subRefresh: undefined,
  publish: undefined,
  rpc: undefined,
  events: undefined,
  eventTypes: ['connected', 'disconnected', 'subscribed', 'unsubscribed'],
  secrets: [],
  headers: [],
  allowWhenDown: [],
  timeoutMs: 3_000,
  concurrentCalls: 256,
  answerBytes: 1_048_576,
  queuedEvents: 1_000,
}

/** A whole configuration: what a test changes, and else what suits tests. */
export function configured(changes: Changes = {}): Configuration {
  return {
    host: '127.0.0.1',
    port: 0,
    tcpPort: 'any',
    dataDir: undefined,
    redisUrl: undefined,
    store: 'memory',
    durability: 'normal',
    drainTimeoutMs: 2000,
    allowOrigin: [],
    tls: undefined,
    trustedProxies: [],
    anonymous: true,
    moderators: [],
    logLevel: 'info',
    logFormat: 'json',
    ...changes,
    tokens: { ...tokens, ...changes.tokens },
    limits: { ...limits, ...changes.limits },
    timing: { ...timing, ...changes.timing },
    gateway: { ...gateway, ...changes.gateway },
    rooms: {
      ...defaultRoomOptions,
      historySize: undefined,
      namespaces: {},
      personal: undefined,
      ...changes.rooms,
    },
    webhooks: { ...webhooks, ...changes.webhooks },
    api: { keys: [], callRate: 0, callBurst: 5_000, bodyBytes: 1_048_576, ...changes.api },
  }
}

export async function run(changes: Changes = {}): Promise<Running> {
  const configuration = configured(changes)
  const log: LogEntry[] = []
  const logger = pino({ level: 'debug' }, { write: (line: string) => void log.push(JSON.parse(line)) })
  const server = await startServer(configuration, { logger })
  const portOf = (url: string | undefined): number => Number(/:(\d+)$/.exec(url ?? '')?.[1] ?? 0)
  const httpPort = portOf(server.addresses.http)
  return {
    server,
    log,
    httpPort,
    tcpPort: portOf(server.addresses.tcp),
    gatewayPort: portOf(server.addresses.gateway),
    health: async () => (await fetch(`http://127.0.0.1:${httpPort}/health`)).json() as never,
  }
}
