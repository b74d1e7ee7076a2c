/**
 * Writes the command table and the typed command methods of `longwire/redis` from what a real server says of
 * itself (COMMAND and COMMAND DOCS). Run it with a newer redis-server in the PATH to get newer commands:
 *
 *     node scripts/redis-commands.ts
 *
 * Types of replies are no part of what servers say, so they stand in `redis-command-replies.ts` beside this file.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ReplyDecoder } from '../src/redis/resp/decoder.ts'
import { encodeCommand } from '../src/redis/resp/encoder.ts'
import { replyTypes } from './redis-command-replies.ts'

/** One row of COMMAND. */
interface CommandInfo {
  readonly name: string
  readonly flags: ReadonlySet<string>
  readonly keys: readonly string[]
  readonly subcommands: readonly CommandInfo[]
}

interface ArgumentDoc {
  readonly name: string
  readonly type: string
  readonly token: string | undefined
  readonly isOptional: boolean
  readonly isMultiple: boolean
  readonly inner: readonly ArgumentDoc[]
}

interface CommandDoc {
  readonly summary: string
  readonly since: string
  readonly group: string
  readonly complexity: string
  readonly replacedBy: string | undefined
  readonly inner: readonly ArgumentDoc[]
  readonly subcommands: ReadonlyMap<string, CommandDoc>
}

const commandsFolder = new URL('../src/redis/commands/', import.meta.url)

/**
 * Not methods: they change the connection (a lease has those), are the pool's own, or are for servers among
 * themselves.
 */
const withoutMethod = new Set([
  ...[
    'ASKING',
    'AUTH',
    'DISCARD',
    'EXEC',
    'HELLO',
    'MONITOR',
    'MULTI',
    'PSUBSCRIBE',
    'PSYNC',
    'PUNSUBSCRIBE',
  ],
  ...['QUIT', 'READONLY', 'READWRITE', 'REPLCONF', 'RESET', 'RESTORE-ASKING', 'SELECT', 'SSUBSCRIBE'],
  ...[
    'SUBSCRIBE',
    'SUNSUBSCRIBE',
    'SYNC',
    'UNSUBSCRIBE',
    'UNWATCH',
    'WATCH',
    'PFDEBUG',
    'PFSELFTEST',
    'DEBUG',
  ],
  ...[
    'CLIENT|REPLY',
    'CLIENT|CACHING',
    'CLIENT|TRACKING',
    'CLIENT|SETNAME',
    'CLIENT|SETINFO',
    'CLIENT|NO-EVICT',
  ],
  ...['CLIENT|NO-TOUCH', 'SCRIPT|DEBUG', 'CLUSTER|SET-CONFIG-EPOCH'],
])

const usedReplyTypes = new Set<string>()
const { infos, docs, version } = await askServer()
await writeFile(new URL('table.ts', commandsFolder), tableSource())
await writeFile(new URL('commands.ts', commandsFolder), commandsSource())

async function askServer(): Promise<{
  infos: readonly CommandInfo[]
  docs: ReadonlyMap<string, CommandDoc>
  version: string
}> {
  const folder = await mkdtemp(join(tmpdir(), 'redis-commands-'))
  const path = join(folder, 'redis.sock')
  const server = spawn('redis-server', ['--port', '0', '--unixsocket', path, '--save', '', '--dir', folder])
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.stdout.on('data', (text: Buffer) => {
        if (text.includes('ready to accept connections')) resolve()
      })
    })
    const [rows, texts, info] = await ask(path, [['COMMAND'], ['COMMAND', 'DOCS'], ['INFO', 'server']])
    return {
      infos: (rows as unknown[][]).map(readInfo).sort((a, b) => (a.name < b.name ? -1 : 1)),
      docs: readDocs(texts),
      version: /redis_version:(\S+)/.exec(String(info))?.[1] ?? 'unknown',
    }
  } finally {
    server.kill()
    await rm(folder, { recursive: true, force: true })
  }
}

function ask(path: string, commands: readonly [string, ...string[]][]): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path)
    const decoder = new ReplyDecoder()
    const replies: unknown[] = []
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      decoder.push(chunk)
      for (let reply = decoder.next(); reply !== undefined; reply = decoder.next()) replies.push(reply)
      if (replies.length < commands.length) return
      socket.destroy()
      resolve(replies)
    })
    for (const command of commands) socket.write(encodeCommand(command))
  })
}

function readInfo(row: unknown[]): CommandInfo {
  return {
    name: String(row[0]).toUpperCase(),
    flags: new Set(row[2] as string[]),
    keys: ((row[8] ?? []) as unknown[]).map((spec) => keySpec(flatMap(spec))),
    subcommands: ((row[9] ?? []) as unknown[][]).map(readInfo).sort((a, b) => (a.name < b.name ? -1 : 1)),
  }
}

/** A key specification as the source of an object; see `KeySpec` in `traits.ts`. */
function keySpec(spec: ReadonlyMap<string, unknown>): string {
  const begin = flatMap(spec.get('begin_search'))
  const find = flatMap(spec.get('find_keys'))
  const where = flatMap(begin.get('spec'))
  const how = flatMap(find.get('spec'))
  let at: string
  if (begin.get('type') === 'index') at = `at: ${where.get('index')}`
  else if (begin.get('type') === 'keyword')
    at = `after: '${where.get('keyword')}', from: ${where.get('startfrom')}`
  else return `{ kind: 'unknown' }`
  if (find.get('type') === 'range') {
    return `{ kind: 'range', ${at}, last: ${how.get('lastkey')}, step: ${how.get('keystep')}, limit: ${how.get('limit')} }`
  }
  if (find.get('type') === 'keynum') {
    return `{ kind: 'counted', ${at}, count: ${how.get('keynumidx')}, first: ${how.get('firstkey')}, step: ${how.get('keystep')} }`
  }
  return `{ kind: 'unknown' }`
}

function readDocs(reply: unknown): ReadonlyMap<string, CommandDoc> {
  return new Map([...flatMap(reply)].map(([name, doc]) => [name.toUpperCase(), readDoc(flatMap(doc))]))
}

function readDoc(doc: ReadonlyMap<string, unknown>): CommandDoc {
  return {
    summary: String(doc.get('summary') ?? ''),
    since: String(doc.get('since') ?? ''),
    group: String(doc.get('group') ?? ''),
    complexity: String(doc.get('complexity') ?? ''),
    replacedBy: doc.get('replaced_by') === undefined ? undefined : String(doc.get('replaced_by')),
    inner: ((doc.get('arguments') ?? []) as unknown[]).map(readArgument),
    subcommands: readDocs(doc.get('subcommands') ?? []),
  }
}

function readArgument(reply: unknown): ArgumentDoc {
  const doc = flatMap(reply)
  const flags = (doc.get('flags') ?? []) as string[]
  return {
    name: String(doc.get('name')),
    type: String(doc.get('type')),
    token: doc.get('token') === undefined ? undefined : String(doc.get('token')),
    isOptional: flags.includes('optional'),
    isMultiple: flags.includes('multiple'),
    inner: ((doc.get('arguments') ?? []) as unknown[]).map(readArgument),
  }
}

/** RESP2 gives maps as flat lists. */
function flatMap(reply: unknown): ReadonlyMap<string, unknown> {
  const list = reply as unknown[]
  const map = new Map<string, unknown>()
  for (let index = 0; index + 1 < list.length; index += 2) map.set(String(list[index]), list[index + 1])
  return map
}

// --- table.ts ----------------------------------------------------------------------------------------------

function header(what: string): string {
  return `/**
 * ${what}
 *
 * Written by scripts/redis-commands.ts from what Redis ${version} says of itself; change that, not this.
 */
`
}

function tableSource(): string {
  const rows = infos
    .flatMap((info) => [info, ...info.subcommands])
    .map((info) => {
      const kind = info.flags.has('readonly') ? 'read' : info.flags.has('write') ? 'write' : 'other'
      const isBlocking = info.flags.has('blocking')
      return `  ['${info.name}', '${kind}', ${isBlocking}, [${info.keys.join(', ')}]],`
    })
  return `${header('All commands: what each does to data, whether it can block, where its keys stand.')}import type { KeySpec } from './traits.ts'

export type CommandRow = readonly [
  /** In capitals; a subcommand behind its command and a bar. */
  name: string,
  kind: 'read' | 'write' | 'other',
  isBlocking: boolean,
  keys: readonly KeySpec[],
]


export const commandTable: readonly CommandRow[] = [
${rows.join('\n')}
]
`
}

// --- commands.ts -------------------------------------------------------------------------------------------

function commandsSource(): string {
  const methods: string[] = []
  for (const info of infos) {
    const doc = docs.get(info.name)
    if (doc === undefined || withoutMethod.has(info.name)) continue
    if (info.subcommands.length === 0 || doc.inner.length > 0) methods.push(method(info.name, doc))
    for (const subcommand of info.subcommands) {
      const inner = doc.subcommands.get(subcommand.name)
      if (inner === undefined || withoutMethod.has(subcommand.name) || subcommand.name.endsWith('|HELP'))
        continue
      methods.push(method(subcommand.name, inner))
    }
  }
  const unused = Object.keys(replyTypes).filter((name) => !usedReplyTypes.has(name))
  if (unused.length > 0) throw new Error(`Reply types of commands that the server does not have: ${unused}`)
  return `${header('The typed methods of every command.')}import type { Argument } from '../resp/encoder.ts'
import type { Reply } from '../resp/reply.ts'
import * as shape from './shapes.ts'

/** Names and keys: text or bytes. */
export type Key = string | Uint8Array
/** Whole numbers, also those beyond 2^53. */
export type Integer = number | bigint
/** Numbers as Redis reads them: \`1.5\`, \`'+inf'\`, \`'(3'\`. */
export type Double = number | string

/**
 * What commands are sent through: a pool, a lease, a pipeline. \`Text\` is \`string\`, or \`Buffer\` where buffers were
 * asked for.
 */
export abstract class Commands<Text extends string | Buffer = string> {
  /**
   * Sends one command and gives its reply in its shape. Errors of the server are thrown as \`ReplyError\`; what
   * else can go wrong is listed in \`redisErrorCodes\`.
   */
  protected abstract send<Value>(command: readonly Argument[], reshape?: shape.Reshape<Value>): Promise<Value>

${methods.join('\n\n')}
}
`
}

function method(name: string, doc: CommandDoc): string {
  const parameters: string[] = []
  const sent = name.split('|').map((word) => `'${word}'`)
  let hasRest = false
  let hasOptional = false
  doc.inner.forEach((argument, index) => {
    if (hasRest) return
    const rest = doc.inner.slice(index)
    const single = singles(argument)
    const isLast = rest.length === 1
    if (!argument.isOptional && !argument.isMultiple && single !== undefined && !hasOptional) {
      for (const one of single) {
        if (one.literal !== undefined) sent.push(one.literal)
        else {
          const parameter = unique(one.name, parameters)
          parameters.push(`${parameter}: ${one.type}`)
          sent.push(parameter)
        }
      }
      return
    }
    if (rest.every((one) => one.isOptional && !one.isMultiple && one.token === undefined && isValue(one))) {
      const parameter = unique(argument.name, parameters)
      parameters.push(`${parameter}?: ${valueType(argument)}`)
      sent.push(`...(${parameter} === undefined ? [] : [${parameter}])`)
      hasOptional = true
      return
    }
    hasRest = true
    const types = [...new Set(rest.flatMap(wordTypes))]
    const union = types.length === 1 ? types[0]! : `(${types.join(' | ')})`
    const restName = unique(isLast ? plural(argument) : 'rest', parameters)
    parameters.push(`...${restName}: ${union}[]`)
    sent.push(`...${restName}`)
  })
  usedReplyTypes.add(name)
  const [type, reshape] = replyTypes[name] ?? ['Reply', undefined]
  const notes = [
    doc.complexity === '' ? '' : `Cost: ${doc.complexity.replaceAll('*/', '')}`,
    `Since Redis ${doc.since}.`,
  ]
  if (doc.replacedBy !== undefined) notes.push(`Replaced by ${doc.replacedBy}.`)
  const title = name.replace('|', ' ')
  return `  /** ${title}: ${sentence(doc.summary)} ${notes
    .filter((note) => note !== '')
    .map(sentence)
    .join(' ')} */
  ${methodName(name)}(${parameters.join(', ')}): Promise<${type}> {
    return this.send<${type}>([${sent.join(', ')}]${reshape === undefined ? '' : `, shape.${reshape}`})
  }`
}

/** The words that an argument always is, or undefined where it can be one of several. */
function singles(argument: ArgumentDoc): { literal?: string; name: string; type: string }[] | undefined {
  const token = argument.token
  const before = token === undefined || token === '' ? [] : [{ literal: `'${token}'`, name: '', type: '' }]
  if (argument.type === 'pure-token') return before
  if (argument.type === 'block') {
    const parts: { literal?: string; name: string; type: string }[] = [...before]
    for (const inner of argument.inner) {
      const single = inner.isOptional || inner.isMultiple ? undefined : singles(inner)
      if (single === undefined) return undefined
      parts.push(...single)
    }
    return parts
  }
  if (argument.type === 'oneof') {
    if (
      !argument.inner.every(
        (inner) => isValue(inner) && (inner.token === undefined || inner.type === 'pure-token'),
      )
    ) {
      return undefined
    }
    return [...before, { name: argument.name, type: [...new Set(argument.inner.map(valueType))].join(' | ') }]
  }
  return [...before, { name: argument.name, type: valueType(argument) }]
}

function isValue(argument: ArgumentDoc): boolean {
  return argument.type !== 'block' && argument.type !== 'oneof' && !argument.isMultiple
}

/** Types of all words that can stand for an argument. */
function wordTypes(argument: ArgumentDoc): string[] {
  const own = argument.token === undefined || argument.token === '' ? [] : [`'${argument.token}'`]
  if (argument.type === 'pure-token') return own
  if (argument.type === 'block' || argument.type === 'oneof')
    return [...own, ...argument.inner.flatMap(wordTypes)]
  return [...own, valueType(argument)]
}

function valueType(argument: ArgumentDoc): string {
  switch (argument.type) {
    case 'pure-token':
      return `'${argument.token}'`
    case 'key':
    case 'pattern':
      return 'Key'
    case 'integer':
    case 'unix-time':
      return /cursor|^id$/.test(argument.name) ? 'Integer | string' : 'Integer'
    case 'double':
      return 'Double'
    default:
      return 'Argument'
  }
}

function unique(name: string, parameters: readonly string[]): string {
  const words = name
    .replaceAll(/[^a-z0-9]+/gi, ' ')
    .trim()
    .split(' ')
  let camel = words.map((word, index) => (index === 0 ? word.toLowerCase() : capital(word))).join('')
  if (/^(function|new|default|delete|in|with|this|var)$/.test(camel)) camel = `${camel}Name`
  while (
    parameters.some(
      (parameter) =>
        parameter.replace('...', '').startsWith(`${camel}:`) || parameter.startsWith(`${camel}?`),
    )
  ) {
    camel = `${camel}2`
  }
  return camel
}

function plural(argument: ArgumentDoc): string {
  if (!argument.isMultiple) return 'rest'
  const [only, ...others] = argument.inner
  if (argument.type === 'block' && only !== undefined && others.length > 0) {
    return `${argument.inner.map((inner) => inner.name).join(' and ')} pairs`
  }
  if (argument.type === 'block' && only !== undefined) return plural({ ...only, isMultiple: true })
  return argument.name.endsWith('s') ? argument.name : `${argument.name}s`
}

function methodName(name: string): string {
  return name
    .toLowerCase()
    .split(/[|\-_]/)
    .map((word, index) => (index === 0 ? word : capital(word)))
    .join('')
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1).toLowerCase()
}

function sentence(text: string): string {
  const trimmed = text.trim().replaceAll(/\s+/g, ' ')
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`
}
