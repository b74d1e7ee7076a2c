/** The server's own command table, read from `COMMAND DOCS`: names, what follows them, and what they do. */
import { pairsOf, type Reply, textOf } from './resp.ts'

export interface CommandEntry {
  /** In capitals; a subcommand with its command, `CONFIG GET`. */
  readonly name: string
  /** Such as `key value [NX | XX]`; empty where the server doesn't tell. */
  readonly syntax: string
  readonly summary: string
}

/** By name, in order. */
export type CommandTable = readonly CommandEntry[]

/** From the reply to `COMMAND DOCS`. What is no such reply gives an empty table. */
export function tableOfDocs(reply: Reply): CommandTable {
  if (reply.kind !== 'array') return []
  return pairsOf(reply.items)
    .flatMap(([name, docs]) => entriesOf(textOf(name).toUpperCase(), docs))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
}

/** From the reply to `COMMAND LIST`: names only. */
export function tableOfNames(reply: Reply): CommandTable {
  if (reply.kind !== 'array') return []
  return reply.items
    .map((item) => ({ name: textOf(item).toUpperCase(), syntax: '', summary: '' }))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
}

/** What could be meant by what is typed so far, at most `most`; none where it is a whole name or has arguments. */
export function completionsOf(table: CommandTable, typed: string, most: number): CommandEntry[] {
  const start = typed.trimStart().replace(/\s+/g, ' ').toUpperCase()
  if (start === '') return []
  const found = table.filter(({ name }) => name.startsWith(start))
  return found.length === 1 && found[0]?.name === start ? [] : found.slice(0, most)
}

/** The command that the line is, with its subcommand if it has one. */
export function entryOf(table: CommandTable, line: string): CommandEntry | undefined {
  const [name = '', subcommand = ''] = line.trim().toUpperCase().split(/\s+/)
  const both = `${name} ${subcommand}`
  return table.find((entry) => entry.name === both) ?? table.find((entry) => entry.name === name)
}

function entriesOf(name: string, docs: Reply): CommandEntry[] {
  const fields = fieldsOf(docs)
  const subcommands = itemsOf(fields.get('subcommands'))
  return [
    {
      name,
      syntax: itemsOf(fields.get('arguments')).map(argumentOf).join(' '),
      summary: textOf(fields.get('summary')),
    },
    ...pairsOf(subcommands).flatMap(([full, inner]) =>
      entriesOf(textOf(full).replace('|', ' ').toUpperCase(), inner),
    ),
  ]
}

function argumentOf(reply: Reply): string {
  const fields = fieldsOf(reply)
  const type = textOf(fields.get('type'))
  const token = textOf(fields.get('token'))
  const flags = itemsOf(fields.get('flags')).map(textOf)
  const inner = itemsOf(fields.get('arguments')).map(argumentOf)
  let text: string
  if (type === 'pure-token') text = token
  else {
    const isChoice = type === 'oneof'
    const value =
      inner.length === 0 ? textOf(fields.get('name')) : isChoice ? inner.join(' | ') : inner.join(' ')
    const isOptional = flags.includes('optional')
    text = isChoice && !isOptional ? `<${value}>` : value
    if (token !== '') text = `${token} ${text}`
  }
  if (flags.includes('multiple')) text = `${text} [${text} …]`
  return flags.includes('optional') ? `[${text}]` : text
}

function fieldsOf(reply: Reply): Map<string, Reply> {
  return new Map(pairsOf(itemsOf(reply)).map(([name, value]) => [textOf(name), value]))
}

function itemsOf(reply: Reply | undefined): readonly Reply[] {
  return reply?.kind === 'array' ? reply.items : []
}
