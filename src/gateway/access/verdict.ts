/**
 * Whether rules let a command pass: first what is denied by name, then what is denied unless it is named, then
 * what is allowed, and last the keys and channels that it names. Whatever can't be told is denied.
 */
import { Buffer } from 'node:buffer'
import { keysOf } from '../../redis/commands/keys.ts'
import { type CommandTraits, traitsOf } from '../../redis/commands/traits.ts'
import type { CommandWords } from '../authorize.ts'
import { isDangerous, isScripting } from '../danger.ts'
import type { Catalog, Categories } from './catalog.ts'
import { matches } from './glob.ts'
import { type AccessRules, scriptsGetRound } from './rules.ts'

/** The rules about commands; `undefined` for those of a gateway without tokens. */
export type CommandRules = Pick<
  AccessRules,
  'allow' | 'deny' | 'keys' | 'channels' | 'readOnly' | 'database' | 'user'
>

/** Why the command is denied, as the end of a sentence about it; `later`: nobody knows yet; `undefined`: it passes. */
export function denialOf(command: CommandWords, rules: CommandRules, catalog: Catalog): string | undefined {
  const [first = '', ...rest] = command.map((word) => Buffer.from(word).toString('latin1'))
  // `config|get` is how rules write a subcommand; Redis knows no such command, and the rules treat it as what it means.
  const words = [...first.split('|'), ...rest]
  const name = (words[0] ?? '').toUpperCase()
  const names = namesOf(name, words, catalog)
  const categories = names.map((one) => catalog.categoriesOf(one)).findLast((one) => one !== undefined)
  const isListed = listed(names, categories)
  const isRestricted =
    rules.allow !== undefined || rules.deny.length > 0 || rules.readOnly || rules.keys !== undefined
  if (!catalog.isLoaded && (categories === undefined || namesCategory(rules))) return 'later'
  if (rules.deny.some(isListed)) return 'is denied to this token.'
  if (categories === undefined) {
    return isRestricted || isDangerous(words)
      ? 'is unknown to the server, so no rule can allow it.'
      : undefined
  }
  const runsScripts = isScripting(name) || categories.has('@SCRIPTING')
  const limit = runsScripts ? scriptsGetRound(rules) : undefined
  if (limit !== undefined)
    return `is denied: a script can get round the "${limit}" of this token. Give the token a "user" of Redis.`
  const allow = rules.allow ?? ['@ALL']
  if (rules.user === undefined && isDeniedByDefault(words, name, categories)) {
    if (!allow.some((rule) => rule !== '@ALL' && isDirect(rule) && isListed(rule))) {
      return runsScripts
        ? 'is not allowed here: the rules of a token allow scripts with "@scripting".'
        : 'is not allowed here.'
    }
  } else if (!allow.some((rule) => rule === '@ALL' || isListed(rule)))
    return 'is not among what this token may use.'
  if (rules.readOnly && !isReading(words, name, categories)) return 'is not for a token that only reads.'
  if (rules.database !== undefined && leavesDatabase(words, name)) {
    return 'reaches another database, and this token has one.'
  }
  return denialOfKeys(words, name, rules) ?? denialOfChannels(words, name, rules)
}

/** The command's name, and its subcommand's where it has one. */
function namesOf(name: string, words: readonly string[], catalog: Catalog): string[] {
  if (words.length < 2) return [name]
  const full = `${name}|${words[1]!.toUpperCase()}`
  return catalog.categoriesOf(full) === undefined ? [name] : [name, full]
}

function listed(names: readonly string[], categories: Categories | undefined): (rule: string) => boolean {
  return (rule) => rule === '@ALL' || names.includes(rule) || categories?.has(rule) === true
}

/** Whether the rule names a command, or one of the categories that are denied by default. */
function isDirect(rule: string): boolean {
  return !rule.startsWith('@') || deniedCategories.includes(rule)
}

const deniedCategories = ['@ADMIN', '@DANGEROUS', '@SCRIPTING']

/** Dangerous to the server's speed at most: they read or write keys, as others do. */
const bearable: ReadonlySet<string> = new Set([
  ...['INFO', 'KEYS', 'LASTSAVE', 'RESTORE', 'ROLE', 'SORT', 'SORT_RO'],
])

function isDeniedByDefault(words: readonly string[], name: string, categories: Categories): boolean {
  if (bearable.has(name)) return false
  return isDangerous(words) || deniedCategories.some((category) => categories.has(category))
}

/** Before the server has told its categories, rules that name some can't be followed. */
function namesCategory({ allow = [], deny }: CommandRules): boolean {
  return [...allow, ...deny].some((rule) => rule.startsWith('@') && rule !== '@ALL')
}

const publishing: ReadonlySet<string> = new Set(['PUBLISH', 'SPUBLISH'])
const readingScripts: ReadonlySet<string> = new Set(['EVAL_RO', 'EVALSHA_RO', 'FCALL_RO'])

/** They touch no key, so the server counts them neither among what reads nor among what writes; they change nothing. */
const readingOthers: ReadonlySet<string> = new Set([
  ...['PING', 'ECHO', 'TIME', 'INFO', 'LOLWUT', 'COMMAND', 'PUBSUB'],
  ...['SUBSCRIBE', 'PSUBSCRIBE', 'SSUBSCRIBE', 'UNSUBSCRIBE', 'PUNSUBSCRIBE', 'SUNSUBSCRIBE'],
  ...['CLIENT|ID', 'CLIENT|INFO', 'CLIENT|GETNAME', 'CLIENT|GETREDIR', 'CLIENT|TRACKINGINFO'],
  ...['MEMORY|DOCTOR', 'MEMORY|STATS', 'MEMORY|MALLOC-STATS', 'ACL|WHOAMI', 'ACL|CAT'],
  ...['CLUSTER|INFO', 'CLUSTER|NODES', 'CLUSTER|SHARDS', 'CLUSTER|SLOTS', 'CLUSTER|LINKS', 'CLUSTER|MYID'],
  ...['CLUSTER|KEYSLOT', 'CLUSTER|COUNTKEYSINSLOT', 'CLUSTER|GETKEYSINSLOT'],
])

function isReading(words: readonly string[], name: string, categories: Categories): boolean {
  if (categories.has('@WRITE') || publishing.has(name)) return false
  if (categories.has('@SCRIPTING')) return readingScripts.has(name)
  if (categories.has('@ADMIN')) return false
  const full = fullName(words, name)
  // Older servers count MEMORY, with all its subcommands, among what reads.
  if (full === 'MEMORY|PURGE') return false
  return (
    categories.has('@READ') || readingOthers.has(name) || readingOthers.has(full) || full.endsWith('|HELP')
  )
}

/** The name with the second word, whether it is a subcommand or not. */
function fullName(words: readonly string[], name: string): string {
  return `${name}|${(words[1] ?? '').toUpperCase()}`
}

/** They reach, or change, what is in all databases; or another server's. */
const allDatabases: ReadonlySet<string> = new Set([
  ...['MOVE', 'SELECT', 'SWAPDB', 'FLUSHALL', 'MONITOR', 'DEBUG', 'MIGRATE'],
  ...['REPLICAOF', 'SLAVEOF', 'SYNC', 'PSYNC', 'SLOWLOG', 'COMMANDLOG'],
])

function leavesDatabase(words: readonly string[], name: string): boolean {
  if (name === 'COPY') return words.slice(3).some((word) => word.toUpperCase() === 'DB')
  return allDatabases.has(name)
}

/** They name no key and yet see or change all. */
const wholeKeyspace: ReadonlySet<string> = new Set([
  ...[
    'FLUSHALL',
    'FLUSHDB',
    'KEYS',
    'RANDOMKEY',
    'SCAN',
    'SWAPDB',
    'MONITOR',
    'DEBUG',
    'SLOWLOG',
    'COMMANDLOG',
  ],
  ...['REPLICAOF', 'SLAVEOF', 'SYNC', 'PSYNC', 'CLUSTER|GETKEYSINSLOT', 'CLUSTER|COUNTKEYSINSLOT'],
])

function denialOfKeys(words: readonly string[], name: string, { keys }: CommandRules): string | undefined {
  if (keys === undefined) return undefined
  if (wholeKeyspace.has(name) || wholeKeyspace.has(fullName(words, name)))
    return 'sees all keys, and this token may only use some.'
  const traits = traitsOf(words)
  if (publishing.has(name) || subscribing.has(name)) return undefined
  const named = traits === undefined ? undefined : keysOf(words, traits)
  if (named === undefined || isAmbiguous(words, traits!))
    return 'may name keys in places that only the server knows, and this token may only use some.'
  const isAllowed = (key: string): boolean => keys.some((pattern) => matches(latin1(pattern), key))
  return named.every((key) => isAllowed(String(key))) ? undefined : 'names a key that this token may not use.'
}

/**
 * Keys that the table can't tell (SORT's BY, GET and STORE), or a word that announces a key and stands twice: the
 * server may mean the other one (GEORADIUS takes the last).
 */
function isAmbiguous(words: readonly string[], traits: CommandTraits): boolean {
  return traits.keys.some((spec) =>
    spec.kind === 'unknown'
      ? words.length > 2
      : spec.after !== undefined && words.filter((word) => word.toUpperCase() === spec.after).length > 1,
  )
}

const subscribing: ReadonlySet<string> = new Set(['SUBSCRIBE', 'SSUBSCRIBE'])

function denialOfChannels(words: readonly string[], name: string, rules: CommandRules): string | undefined {
  const patterns = rules.channels ?? (rules.keys === undefined ? undefined : [])
  if (patterns === undefined) return undefined
  if (name === 'PUBSUB') return 'sees all channels, and this token may only use some.'
  const known = patterns.map(latin1)
  const denial = 'names a channel that this token may not use.'
  if (name === 'PSUBSCRIBE') {
    // Whether one pattern covers another is not decided: it has to be the same, as in Redis's own rules.
    const isCovered = (pattern: string): boolean => known.includes('*') || known.includes(pattern)
    return words.slice(1).every(isCovered) ? undefined : denial
  }
  const channels = publishing.has(name) ? words.slice(1, 2) : subscribing.has(name) ? words.slice(1) : []
  return channels.every((channel) => known.some((pattern) => matches(pattern, channel))) ? undefined : denial
}

function latin1(text: string): string {
  return Buffer.from(text).toString('latin1')
}
