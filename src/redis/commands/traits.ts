/**
 * What the pool must know of a command before it sends or repeats it: may it be repeated, does it wait for data,
 * does it change the connection, which keys does it name.
 */
import { Buffer } from 'node:buffer'
import type { Argument } from '../resp/encoder.ts'
import { commandTable } from './table.ts'
import { capitalsOf, isWord } from './word.ts'

/** Where keys stand among the words of a command (word 0 is its name). See COMMAND in the Redis documentation. */
export type KeySpec =
  | (KeyStart & {
      readonly kind: 'range'
      readonly last: number
      readonly step: number
      readonly limit: number
    })
  | (KeyStart & {
      readonly kind: 'counted'
      readonly count: number
      readonly first: number
      readonly step: number
    })
  | { readonly kind: 'unknown' }

interface KeyStart {
  /** The first key's place… */
  readonly at?: number
  /** …or the word that it follows, which is looked for from here on (backwards from the end, if negative). */
  readonly after?: string
  readonly from?: number
}

export interface CommandTraits {
  /** In capitals; a subcommand follows its command and a blank. */
  readonly name: string
  /** Carried out twice it does what it does once, whatever happens between. */
  readonly isRepeatable: boolean
  /** Sent to a replica it gives an answer. */
  readonly isReadOnly: boolean
  /** It can wait for data. Whether this one does depends on its arguments: see {@link blockingTimeMs}. */
  readonly canBlock: boolean
  /** It changes the connection for what comes after it. What to do instead of sharing; `undefined`: it doesn't. */
  readonly takesConnection: string | undefined
  readonly keys: readonly KeySpec[]
  /** It can't simply be shared: it can block, takes its connection, or its subcommand decides. */
  readonly needsCare: boolean
  readonly hasSubcommands: boolean
}

/** Traits of a command by its words; undefined for one that the table does not know (a module's). */
export function traitsOf(command: readonly Argument[]): CommandTraits | undefined {
  const name = command[0] as string
  const traits = byName.get(name) ?? byName.get(name.toUpperCase())
  if (traits === undefined || !traits.hasSubcommands) return traits
  const second = command[1]
  return (second === undefined ? undefined : byName.get(`${traits.name} ${capitalsOf(second)}`)) ?? traits
}

/** How the command is called in messages: `GET`, `CONFIG GET`. Never an argument, which may be a secret. */
export function nameOf(command: readonly Argument[]): string {
  return traitsOf(command)?.name ?? String(command[0]).toUpperCase()
}

/**
 * How long the command may wait for data, in milliseconds: 0 if it does not wait, `Infinity` without an end.
 */
export function blockingTimeMs(command: readonly Argument[], traits: CommandTraits): number {
  if (!traits.canBlock) return 0
  const place = blockingPlaces.get(traits.name)
  if (place === undefined) return 0
  if (place.after !== undefined) {
    const { after } = place
    const index = command.findIndex((word) => isWord(word, after))
    return index < 0 ? 0 : limitMs(command[index + 1], place.unitMs)
  }
  return limitMs(command.at(place.at), place.unitMs)
}

function limitMs(word: Argument | undefined, unitMs: number): number {
  const time = Number(word instanceof Uint8Array ? Buffer.from(word).toString() : word) * unitMs
  return time > 0 ? time : Number.POSITIVE_INFINITY
}

/** Where blocking commands say how long they wait. */
const blockingPlaces = new Map<
  string,
  { at: number; unitMs: number; after?: undefined } | { after: string; unitMs: number }
>([
  ...['BLPOP', 'BRPOP', 'BRPOPLPUSH', 'BLMOVE', 'BZPOPMIN', 'BZPOPMAX'].map(
    (name) => [name, { at: -1, unitMs: 1000 }] as const,
  ),
  ['BLMPOP', { at: 1, unitMs: 1000 }],
  ['BZMPOP', { at: 1, unitMs: 1000 }],
  ['XREAD', { after: 'BLOCK', unitMs: 1 }],
  ['XREADGROUP', { after: 'BLOCK', unitMs: 1 }],
  ['WAIT', { at: 2, unitMs: 1 }],
  ['WAITAOF', { at: 3, unitMs: 1 }],
])

/** Neither reads nor writes by the server's table, and is as good twice as once. */
const repeatableOthers = new Set([
  ...[
    'PING',
    'ECHO',
    'TIME',
    'INFO',
    'LASTSAVE',
    'ROLE',
    'COMMAND',
    'LOLWUT',
    'WAIT',
    'PUBSUB',
    'OBJECT',
    'MEMORY',
  ],
  ...['CONFIG GET', 'CLIENT ID', 'CLIENT INFO', 'CLIENT LIST', 'CLIENT GETNAME', 'CLIENT TRACKINGINFO'],
  ...['CLUSTER SLOTS', 'CLUSTER SHARDS', 'CLUSTER NODES', 'CLUSTER INFO', 'CLUSTER MYID', 'CLUSTER KEYSLOT'],
  ...['SCRIPT LOAD', 'SCRIPT EXISTS', 'FUNCTION LIST', 'FUNCTION STATS', 'SLOWLOG GET', 'SLOWLOG LEN'],
  ...['ACL WHOAMI', 'ACL LIST', 'ACL USERS', 'ACL CAT', 'COMMAND DOCS', 'COMMAND INFO', 'COMMAND COUNT'],
  ...['COMMAND LIST', 'COMMAND GETKEYS', 'PUBSUB CHANNELS', 'PUBSUB NUMSUB', 'PUBSUB NUMPAT'],
  ...['PUBSUB SHARDCHANNELS', 'PUBSUB SHARDNUMSUB', 'EVAL_RO', 'EVALSHA_RO', 'FCALL_RO'],
])

const lease = 'take a lease (pool.lease) and send it there.'
const transaction = 'use pool.transaction, or a lease.'
const subscription = 'use pool.subscribe.'

/** Commands after which a connection is not what it was. */
const connectionTakers = new Map([
  ...['MULTI', 'EXEC', 'DISCARD', 'WATCH', 'UNWATCH'].map((name) => [name, transaction] as const),
  ...['SUBSCRIBE', 'PSUBSCRIBE', 'SSUBSCRIBE', 'UNSUBSCRIBE', 'PUNSUBSCRIBE', 'SUNSUBSCRIBE'].map(
    (name) => [name, subscription] as const,
  ),
  ...['SELECT', 'AUTH', 'HELLO', 'RESET', 'QUIT', 'MONITOR', 'READONLY', 'READWRITE', 'ASKING'].map(
    (name) => [name, lease] as const,
  ),
  ...['CLIENT REPLY', 'CLIENT TRACKING', 'CLIENT CACHING', 'CLIENT SETNAME', 'CLIENT NO-EVICT'].map(
    (name) => [name, lease] as const,
  ),
  ...['CLIENT NO-TOUCH', 'SCRIPT DEBUG', 'SYNC', 'PSYNC', 'REPLCONF'].map((name) => [name, lease] as const),
])

const byName = new Map<string, CommandTraits>()
const containers = new Set(
  commandTable
    .map(([row]) => row.split('|'))
    .filter((words) => words.length > 1)
    .map(([name]) => name),
)
for (const [row, kind, isBlocking, keys] of commandTable) {
  const name = row.replace('|', ' ')
  const canBlock = isBlocking || blockingPlaces.has(name)
  const takesConnection = connectionTakers.get(name)
  const hasSubcommands = containers.has(name)
  const traits: CommandTraits = {
    name,
    isRepeatable: kind === 'read' || repeatableOthers.has(name),
    isReadOnly: kind === 'read',
    canBlock,
    takesConnection,
    keys,
    needsCare: canBlock || takesConnection !== undefined || hasSubcommands,
    hasSubcommands,
  }
  byName.set(name, traits)
  byName.set(name.toLowerCase(), traits)
}
