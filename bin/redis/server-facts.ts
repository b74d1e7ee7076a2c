/** What a server says of itself: INFO, and the few settings that explain how it treats connections. */
import type { Client } from '../../src/redis/client.ts'
import { ReplyError } from '../../src/redis/errors.ts'

/** `undefined`: the server does not say it, or not to this user. */
export interface ServerFacts {
  /** `Redis 7.0.15`, `Valkey 8.0.1`. */
  readonly name: string | undefined
  readonly version: string | undefined
  readonly mode: string | undefined
  readonly role: string | undefined
  readonly replicas: number | undefined
  readonly uptimeSeconds: number | undefined
  readonly clients: number | undefined
  readonly maxClients: number | undefined
  readonly blockedClients: number | undefined
  readonly memoryBytes: number | undefined
  /** 0: no limit. */
  readonly maxMemoryBytes: number | undefined
  readonly maxMemoryPolicy: string | undefined
  readonly opsPerSecond: number | undefined
  readonly commands: number | undefined
  readonly connections: number | undefined
  readonly rejectedConnections: number | undefined
  readonly evictedKeys: number | undefined
  readonly keyspaceHits: number | undefined
  readonly keyspaceMisses: number | undefined
  /** Keys in each database that has some. */
  readonly keys: Readonly<Record<string, number>>
  /** After how much silence the server closes a connection; 0: never. */
  readonly idleTimeoutSeconds: number | undefined
  /** Why the server does not tell; undefined: it does. */
  readonly refusal: string | undefined
}

export async function serverFacts(redis: Client): Promise<ServerFacts> {
  const [info, settings] = await Promise.all([
    orRefusal(redis.info()),
    orRefusal(redis.configGet('timeout', 'maxclients')),
  ])
  const fields = typeof info === 'string' ? fieldsOf(info) : new Map<string, string>()
  const number = (name: string): number | undefined => {
    const text = fields.get(name)
    return text === undefined || Number.isNaN(Number(text)) ? undefined : Number(text)
  }
  const setting = (name: string): number | undefined =>
    settings instanceof ReplyError || settings[name] === undefined ? undefined : Number(settings[name])
  const valkey = fields.get('valkey_version')
  const version = valkey ?? fields.get('redis_version')
  return {
    name: version === undefined ? undefined : `${valkey === undefined ? 'Redis' : 'Valkey'} ${version}`,
    version,
    mode: fields.get('redis_mode') ?? fields.get('server_mode'),
    role: fields.get('role'),
    replicas: number('connected_slaves'),
    uptimeSeconds: number('uptime_in_seconds'),
    clients: number('connected_clients'),
    maxClients: number('maxclients') ?? setting('maxclients'),
    blockedClients: number('blocked_clients'),
    memoryBytes: number('used_memory'),
    maxMemoryBytes: number('maxmemory'),
    maxMemoryPolicy: fields.get('maxmemory_policy'),
    opsPerSecond: number('instantaneous_ops_per_sec'),
    commands: number('total_commands_processed'),
    connections: number('total_connections_received'),
    rejectedConnections: number('rejected_connections'),
    evictedKeys: number('evicted_keys'),
    keyspaceHits: number('keyspace_hits'),
    keyspaceMisses: number('keyspace_misses'),
    keys: Object.fromEntries(
      [...fields].flatMap(([name, text]) => {
        const keys = /^db\d+$/.test(name) ? /keys=(\d+)/.exec(text)?.[1] : undefined
        return keys === undefined ? [] : [[name, Number(keys)]]
      }),
    ),
    idleTimeoutSeconds: setting('timeout'),
    refusal: info instanceof ReplyError ? info.message : undefined,
  }
}

/** Rules may forbid INFO and CONFIG; the rest is worth telling all the same. */
async function orRefusal<Value>(promise: Promise<Value>): Promise<Value | ReplyError> {
  try {
    return await promise
  } catch (error) {
    if (error instanceof ReplyError) return error
    throw error
  }
}

function fieldsOf(info: string): Map<string, string> {
  return new Map(
    info.split(/\r?\n/).flatMap((line) => {
      const colon = line.indexOf(':')
      return colon < 0 ? [] : [[line.slice(0, colon), line.slice(colon + 1)] as const]
    }),
  )
}
