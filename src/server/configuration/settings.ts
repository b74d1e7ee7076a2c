/**
 * The closed table of settings. Flags, environment variables, the file's JSON schema, the help, the documentation
 * and the checks derive from it.
 */
import { z } from 'zod'
import { namespaceTable, roomOptionTable } from '../../chat/namespaces/option-table.ts'
import { defaultRoomOptions, type RoomOptions } from '../../chat/room-options.ts'
import { eventTypes, hookNames } from '../webhooks/names.ts'
import type { Setting } from './setting.ts'

const port = z.int().min(0).max(65_535)
const count = z
  .int()
  .min(0)
  .max(2 ** 31)
const milliseconds = z
  .int()
  .min(1)
  .max(2 ** 31 - 1)
const path = z.string().min(1)

const hookUrl = z
  .url({ protocol: /^https?$/, error: 'a URL that begins with https:// or http://' })
  .refine((url) => new URL(url).username === '' && new URL(url).password === '', {
    error: 'a URL without a user and a password, since calls are signed',
  })
  .optional()
/** Of the connection, or said by webhooks themselves. */
const ownHeaders =
  /^(host|connection|keep-alive|upgrade|te|trailer|transfer-encoding|expect|proxy-.*|content-.*|user-agent|accept-encoding|webhook-.*|sec-websocket-.*)$/i

function setting<T>(
  schema: z.ZodType<T>,
  standard: T,
  description: string,
  more: Partial<Setting<T>> = {},
): Setting<T> {
  return { schema, standard, description, ...more }
}

/** What holds for rooms unless their namespace says otherwise. */
function roomSetting<K extends keyof RoomOptions>(name: K): Setting<RoomOptions[K]> {
  const { schema, description } = roomOptionTable[name]
  return setting(schema, defaultRoomOptions[name], description)
}

export const settings = {
  host: setting(
    z.string().min(1),
    '127.0.0.1',
    'Address to listen on. Only this machine by default; 0.0.0.0 is every IPv4 address.',
    { flag: 'host', placeholder: 'HOST' },
  ),
  port: setting(port, 9999, 'Port for HTTP and WebSocket; 0 picks a free one.', {
    flag: 'port',
    placeholder: 'PORT',
  }),
  tcpPort: setting(
    z.union([port, z.literal('any')]),
    9998,
    'Port for lines over TCP; 0: none, "any" picks a free one.',
    { flag: 'tcp-port', placeholder: 'PORT' },
  ),
  dataDir: setting(
    path.optional(),
    undefined,
    'Folder for what is kept; it is made if there is none. Default: ./longwire-data, or none where rooms are in memory.',
    { flag: 'data', placeholder: 'DIR' },
  ),
  redisUrl: setting(
    z
      .url({ protocol: /^(rediss?|unix)$/, error: 'a URL that begins with redis://, rediss:// or unix://' })
      .optional(),
    undefined,
    'Redis to work with: redis://, rediss:// or unix://.',
    { flag: 'redis', placeholder: 'URL', isSecret: true },
  ),
  store: setting(
    z.enum(['sqlite', 'memory']),
    'sqlite',
    'Where rooms are kept: sqlite, in the folder of --data, or memory, until the process ends.',
    { flag: 'store', placeholder: 'STORE' },
  ),
  durability: setting(
    z.enum(['normal', 'full']),
    'normal',
    'What an acknowledged message survives: normal, the end of the process; full, a power cut too, at a sync each.',
    { flag: 'durability', placeholder: 'KIND' },
  ),
  drainTimeoutMs: setting(
    milliseconds,
    10_000,
    'How long a drain may take before what is left is cut. Within the 30 s that container platforms wait.',
    { flag: 'drain-timeout', placeholder: 'MS' },
  ),
  allowOrigin: setting(
    z.array(z.string().min(1)),
    [] as string[],
    'Web pages of this origin may connect, beside our own; "*": all.',
    { flag: 'allow-origin', placeholder: 'ORIGIN', isList: true },
  ),
  trustedProxies: setting(
    z.array(z.string().min(1)),
    [] as string[],
    'Addresses of proxies whose X-Forwarded-For is believed.',
    { flag: 'trusted-proxy', placeholder: 'ADDRESS', isList: true },
  ),
  moderators: setting(
    z.array(z.string().min(1)),
    [] as string[],
    'Users that may mute, kick and ban, by the "sub" of their tokens, beside those whose tokens say so.',
    { flag: 'moderator', placeholder: 'USER', isList: true },
  ),
  logLevel: setting(
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    'info',
    'How much is logged.',
    { flag: 'log-level', placeholder: 'LEVEL' },
  ),
  logFormat: setting(
    z.enum(['pretty', 'json']).optional(),
    undefined,
    'pretty or json; pretty on a terminal, else json.',
    { flag: 'log-format', placeholder: 'FORMAT' },
  ),
  'tls.certFile': setting(
    path.optional(),
    undefined,
    'Certificate chain (PEM) for both listeners; with its key.',
    { flag: 'tls-cert', placeholder: 'FILE' },
  ),
  'tls.keyFile': setting(path.optional(), undefined, 'Private key (PEM) of the certificate.', {
    flag: 'tls-key',
    placeholder: 'FILE',
  }),
  anonymous: setting(
    z.boolean('true or false').optional(),
    undefined,
    'Whether who shows no token is let in. Only where the server listens on this machine alone, unless said otherwise.',
    { flag: 'anonymous', isSwitch: true },
  ),
  'tokens.secret': setting(
    z.string().min(32, 'at least 32 characters, such as "openssl rand -hex 32" makes').optional(),
    undefined,
    'Secret of at least 32 bytes that tokens are signed with (HS256). Without any key for tokens one is made, and kept in the folder of --data.',
    { placeholder: 'SECRET', isSecret: true },
  ),
  'tokens.publicKeyFiles': setting(
    z.array(path),
    [] as string[],
    'Public key (PEM) that tokens are checked with: RSA for RS256, P-256 for ES256, Ed25519 for EdDSA.',
    { flag: 'token-public-key', placeholder: 'FILE', isList: true },
  ),
  'tokens.jwksUrl': setting(
    z.url({ protocol: /^https?$/, error: 'a URL that begins with https:// or http://' }).optional(),
    undefined,
    'Where the public keys for tokens are published, as a JSON Web Key Set.',
    { flag: 'token-jwks', placeholder: 'URL' },
  ),
  'tokens.audience': setting(
    z.array(z.string().min(1)),
    [] as string[],
    'Tokens must be for this (aud); several: for one of them. Without it they may be for anybody.',
    { flag: 'token-audience', placeholder: 'NAME', isList: true },
  ),
  'tokens.issuer': setting(
    z.array(z.string().min(1)),
    [] as string[],
    'Tokens must be from this (iss); several: from one of them. Without it the key alone decides.',
    { flag: 'token-issuer', placeholder: 'NAME', isList: true },
  ),
  'limits.messageRate': setting(
    z.number().min(0),
    20,
    'Messages per second and connection; 0: no limit. Nobody types faster; a program that does asks for more.',
    { flag: 'message-rate', placeholder: 'N' },
  ),
  'limits.messageBurst': setting(
    z.int().min(1),
    40,
    'Messages that may come at once after a pause: two seconds of the rate.',
    { flag: 'message-burst', placeholder: 'N' },
  ),
  'limits.messageBytes': setting(
    z
      .int()
      .min(1)
      .max(2 ** 28),
    65_536,
    'Largest message in bytes. A long text; pictures belong elsewhere.',
    { flag: 'max-message-bytes', placeholder: 'BYTES' },
  ),
  'limits.inboxMessages': setting(
    z.int().min(1),
    256,
    'Messages that may wait to be handled before reading pauses.',
  ),
  'limits.outboxBytes': setting(
    z.int().min(1024),
    1_048_576,
    'Bytes that may wait for a slow member before it is disconnected.',
    { flag: 'outbox-bytes', placeholder: 'BYTES' },
  ),
  'limits.roomsPerConnection': setting(z.int().min(1), 100, 'Rooms that a connection may be in at once.'),
  'limits.nameLength': setting(z.int().min(1).max(1000), 64, 'Longest name of a person, in characters.'),
  'limits.roomLength': setting(z.int().min(1).max(1000), 64, 'Longest name of a room, in characters.'),
  'limits.sanctions': setting(
    z.int().min(1).max(1_000_000),
    10_000,
    'Mutes and bans at once. Whoever bans more people one by one wants prefixes, or tokens.',
  ),
  'limits.connections': setting(
    count,
    10_000,
    'Connections at once; 0: no limit. Half of what a common file limit of 20,000 allows.',
    { flag: 'max-connections', placeholder: 'N' },
  ),
  'limits.connectionsPerAddress': setting(
    count,
    1_000,
    'Connections at once from one address; 0: no limit. An office behind one address fits.',
    { flag: 'max-connections-per-address', placeholder: 'N' },
  ),
  'limits.connectionsPerUser': setting(
    count,
    0,
    'Connections at once of one user whom a token or a handler names; 0: no limit. One more is refused and stays away.',
    { flag: 'max-connections-per-user', placeholder: 'N' },
  ),
  'limits.handshakesPerSecond': setting(
    count,
    1_000,
    'New connections per second; 0: no limit. After a restart all come back within seconds.',
    { flag: 'max-handshakes-per-second', placeholder: 'N' },
  ),
  'rooms.historySize': setting(
    z.int().min(0).max(1_000_000).optional(),
    undefined,
    'Messages that each room keeps, so that clients recover what they missed; 1000, or 0 (none) in memory.',
    { flag: 'history-size', placeholder: 'N' },
  ),
  'rooms.historyTtlMs': setting(
    roomOptionTable.historyTtlMs.schema,
    86_400_000,
    'How long a message is kept; 0: until newer ones displace it. A day: what was said while a laptop slept is there.',
    { flag: 'history-ttl', placeholder: 'MS' },
  ),
  'rooms.recovery': roomSetting('recovery'),
  'rooms.positioning': roomSetting('positioning'),
  'rooms.presence': roomSetting('presence'),
  'rooms.joinLeave': roomSetting('joinLeave'),
  'rooms.delta': roomSetting('delta'),
  'rooms.subscribe': roomSetting('subscribe'),
  'rooms.publish': roomSetting('publish'),
  'rooms.presenceFor': roomSetting('presenceFor'),
  'rooms.historyFor': roomSetting('historyFor'),
  'rooms.members': roomSetting('members'),
  'rooms.publicationsPerSecond': roomSetting('publicationsPerSecond'),
  'rooms.publicationBytes': roomSetting('publicationBytes'),
  'rooms.namespaces': setting(
    namespaceTable,
    {},
    'Namespaces, each with what its rooms have otherwise than the settings above say; in a variable as JSON.',
    { isJson: true },
  ),
  'rooms.personal': setting(
    z.string().min(1).optional(),
    undefined,
    'One of the namespaces: every user has a room there, as personal:#ann, that their clients are subscribed to.',
  ),
  'timing.pingIntervalMs': setting(
    milliseconds,
    25_000,
    'Silence before a peer is pinged. Below the 30 s after which impatient proxies cut.',
    { flag: 'ping-interval', placeholder: 'MS' },
  ),
  'timing.pongTimeoutMs': setting(
    milliseconds,
    8_000,
    'How long a client of the Centrifuge dialect may take to answer a ping, up to four fifths of the interval.',
    { flag: 'pong-timeout', placeholder: 'MS' },
  ),
  'timing.readDeadlineMs': setting(
    milliseconds,
    60_000,
    'Silence, pings unanswered, before a peer is given up: two pings may be lost.',
    { flag: 'read-deadline', placeholder: 'MS' },
  ),
  'timing.writeDeadlineMs': setting(
    milliseconds,
    10_000,
    'How long a write may be stuck before the peer is given up.',
    { flag: 'write-deadline', placeholder: 'MS' },
  ),
  'timing.handshakeTimeoutMs': setting(
    milliseconds,
    10_000,
    'How long a request or a TLS handshake may take to come.',
    { flag: 'handshake-timeout', placeholder: 'MS' },
  ),
  'gateway.port': setting(
    z.union([port, z.literal('any')]),
    0,
    'Port where Redis commands stand at the root, as in /GET/key; 0: none, "any" picks a free one.',
    { flag: 'gateway-port', placeholder: 'PORT' },
  ),
  'gateway.host': setting(
    z.string().min(1),
    '127.0.0.1',
    'Address of that port. Only this machine, unless tokens decide who may do what.',
    { flag: 'gateway-host', placeholder: 'HOST' },
  ),
  'gateway.allowHost': setting(
    z.array(z.string().min(1)),
    [] as string[],
    'Names by which browsers may address the gateway, beside localhost and, where it listens beyond this machine, IP addresses.',
    { flag: 'gateway-allow-host', placeholder: 'NAME', isList: true },
  ),
  'gateway.tokens': setting(
    z.string().min(1).optional(),
    undefined,
    'File with the rules of tokens, as docs/gateway.md explains; without it the gateway is for this machine only.',
    { flag: 'gateway-tokens', placeholder: 'FILE' },
  ),
  'gateway.accessLogShare': setting(
    z.number().min(0).max(1),
    0,
    'Share of requests that get a line in the log: 1 each, 0.01 every hundredth, 0 none; a line costs more than a GET.',
    { flag: 'gateway-access-log', placeholder: 'SHARE' },
  ),
  'gateway.connections': setting(
    z.int().min(1).max(10_000),
    20,
    'Connections to Redis; each command that waits for data, such as BLPOP, needs one while it waits.',
  ),
  'gateway.databases': setting(
    z.int().min(1).max(1000),
    16,
    'Databases that a URL may name, as in /7/GET/key, from 0 on. As many as Redis has by default.',
  ),
  'gateway.commandTimeoutMs': setting(
    milliseconds,
    10_000,
    'How long Redis may take to answer a command before its client gets a 504.',
  ),
  'gateway.commandWords': setting(
    z.int().min(1).max(1_000_000),
    10_000,
    'Words of one command; each costs memory beyond its bytes.',
  ),
  'gateway.headBytes': setting(
    z.int().min(1024).max(16_777_216),
    65_536,
    'Bytes of a request line and its headers; what is longer belongs into a body.',
  ),
  'gateway.bodyBytes': setting(
    z.int().min(0).max(536_870_888),
    67_108_864,
    'Bytes of a request body, and so of one argument.',
  ),
  'gateway.replyBytes': setting(
    // The gateway itself asks for the server's table of commands.
    z.int().min(1_048_576).max(536_870_888),
    134_217_728,
    'Bytes of one reply of Redis; a larger one is cut off and answered with 502.',
  ),
  'gateway.heldReplyBytes': setting(
    z.int().min(1024).max(68_719_476_736),
    536_870_912,
    'Bytes of large replies that clients have not read yet, of all together; above it a large reply becomes a 503.',
  ),
  'gateway.pipelinedRequests': setting(
    z.int().min(1).max(100_000),
    128,
    'Requests of one connection that may wait for their replies.',
  ),
  'gateway.idleTimeoutMs': setting(
    milliseconds,
    75_000,
    'Silence between two requests of a connection. Above the 60 s after which proxies let go of it themselves.',
  ),
  'gateway.requestTimeoutMs': setting(
    milliseconds,
    30_000,
    'How long a request to the gateway may take to arrive.',
  ),
  'api.keys': setting(
    z.array(z.string().min(1)),
    [] as string[],
    'Hash of a key for the server API, as "longwire api key" prints it, or a file of them; without one the API is off.',
    { flag: 'api-key', placeholder: 'HASH|FILE', isList: true },
  ),
  'api.callRate': setting(
    z.number().min(0),
    1_000,
    'Calls of the server API per second and key; 0: no limit. Each of a batch counts.',
  ),
  'api.callBurst': setting(
    z.int().min(1),
    5_000,
    'Calls that may come at once after a pause: a few full batches.',
  ),
  'api.bodyBytes': setting(
    z.int().min(1024).max(268_435_456),
    1_048_576,
    'Bytes of a request to the server API. A thousand usual messages.',
  ),
  'webhooks.connect': setting(hookUrl, undefined, 'Back end that decides: who connects, and who they are.', {
    flag: 'webhook-connect',
    placeholder: 'URL',
    isSecret: true,
  }),
  'webhooks.refresh': setting(
    hookUrl,
    undefined,
    'Back end that decides: whether those may stay whose time is over.',
    { flag: 'webhook-refresh', placeholder: 'URL', isSecret: true },
  ),
  'webhooks.subscribe': setting(hookUrl, undefined, 'Back end that decides: who enters a room.', {
    flag: 'webhook-subscribe',
    placeholder: 'URL',
    isSecret: true,
  }),
  'webhooks.subRefresh': setting(
    hookUrl,
    undefined,
    'Back end that decides: whether those may stay in a room whose time is over.',
    { isSecret: true },
  ),
  'webhooks.publish': setting(hookUrl, undefined, 'Back end that decides: what clients publish.', {
    flag: 'webhook-publish',
    placeholder: 'URL',
    isSecret: true,
  }),
  'webhooks.rpc': setting(hookUrl, undefined, 'Back end that decides: calls of clients.', {
    flag: 'webhook-rpc',
    placeholder: 'URL',
    isSecret: true,
  }),
  'webhooks.events': setting(hookUrl, undefined, 'Back end that is told who came and went.', {
    flag: 'webhook-events',
    placeholder: 'URL',
    isSecret: true,
  }),
  'webhooks.eventTypes': setting(z.array(z.enum(eventTypes)), [...eventTypes], 'What it is told.', {
    isList: true,
  }),
  'webhooks.secrets': setting(
    z.array(z.string().min(1)),
    [] as string[],
    'Secrets that webhooks are signed with, as "longwire webhook secret" prints them; several while one replaces another.',
    { isList: true, isSecret: true },
  ),
  'webhooks.headers': setting(
    z.array(
      z
        .string()
        .regex(/^[\w-]+$/, 'the name of a header')
        .refine((name) => !ownHeaders.test(name), 'a header that is not about the connection or ours'),
    ),
    [] as string[],
    'Headers of clients that are sent along, such as Cookie.',
    { flag: 'webhook-header', placeholder: 'NAME', isList: true },
  ),
  'webhooks.allowWhenDown': setting(
    z.array(z.enum(hookNames)),
    [] as (typeof hookNames)[number][],
    'Hooks that leave it to tokens and the options of rooms while the back end does not decide; the others refuse.',
    { flag: 'webhook-allow-when-down', placeholder: 'HOOK', isList: true },
  ),
  'webhooks.timeoutMs': setting(
    milliseconds,
    3_000,
    'How long a back end may take to decide, its queue here included. Longer than clients and people wait for nothing.',
    { flag: 'webhook-timeout', placeholder: 'MS' },
  ),
  'webhooks.concurrentCalls': setting(
    z.int().min(1).max(10_000),
    256,
    'Calls to back ends under way at once; 64 times as many may wait for their turn.',
  ),
  'webhooks.answerBytes': setting(
    z.int().min(64).max(268_435_456),
    1_048_576,
    'Bytes of a back end’s answer.',
  ),
  'webhooks.queuedEvents': setting(
    z.int().min(1).max(10_000_000),
    100_000,
    'Events that wait while their back end is down; beyond, the oldest are dropped. Some tens of megabytes.',
  ),
} satisfies Record<string, Setting>

export type SettingPath = keyof typeof settings

/** The rows, for those who go through all of them. */
export const settingRows = Object.entries(settings) as [SettingPath, Setting][]

/** The environment variable of a setting: `tls.certFile` is `LONGWIRE_TLS_CERT_FILE`. */
export function variableOf(path: string): string {
  return `LONGWIRE_${path.replace(/[A-Z]/g, '_$&').replaceAll('.', '_').toUpperCase()}`
}
