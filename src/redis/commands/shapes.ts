/**
 * RESP2 and RESP3 say the same thing in different shapes: maps as lists of keys and values, scores as text, sets
 * as lists. Each function here makes one shape of both, so that a typed method gives the same whichever protocol
 * its connection speaks. A reply that is an error never comes here.
 */
import type { Argument } from '../resp/encoder.ts'
import type { Reply } from '../resp/reply.ts'
import { isWord } from './word.ts'

/** Makes the value of a typed method from the server's reply; `command` is what was sent. */
export type Reshape<Value> = (reply: Reply, command: readonly Argument[]) => Value

export interface StreamEntry<Text> {
  readonly id: string
  /** Fields and values in the order of the entry; `undefined`: the entry was deleted and only its id is left. */
  readonly fields: Record<string, Text> | undefined
}

export interface StreamEntries<Text> {
  readonly stream: string
  readonly entries: StreamEntry<Text>[]
}

export interface ClaimedEntries<Text> {
  /** Where the next call goes on; `0-0`: from the start. */
  readonly cursor: string
  readonly entries: StreamEntry<Text>[]
  /** Entries that were pending and no longer exist. */
  readonly deletedIds: string[]
}

export function asList<Text>(reply: Reply): Text[] {
  return (reply instanceof Set ? [...reply] : reply) as Text[]
}

export function asListOrNumber<Text>(reply: Reply): Text[] | number {
  return typeof reply === 'number' ? reply : asList<Text>(reply)
}

export function asRecord<Text>(reply: Reply): Record<string, Text> {
  const record: Record<string, Text> = {}
  for (const [name, value] of entriesOf(reply)) setOwn(record, String(name), value as Text)
  return record
}

export function asNumber(reply: Reply): number {
  return Number(textOf(reply))
}

export function asNumberOrNull(reply: Reply): number | null {
  return reply === null ? null : asNumber(reply)
}

export function asNumbersOrNulls(reply: Reply): (number | null)[] {
  return (reply as Reply[]).map(asNumberOrNull)
}

/** Members, with their scores where `WITHSCORES` was asked for. */
export function asMembers<Text>(reply: Reply, command: readonly Argument[]): (Text | [Text, number])[] {
  const hasScores = command.some((argument) => isWord(argument, 'WITHSCORES'))
  return hasScores ? asScoredMembers<Text>(reply) : asList<Text>(reply)
}

export function asScoredMembers<Text>(reply: Reply): [Text, number][] {
  return pairsOf(reply).map(([member, score]) => [member as Text, asNumber(score)])
}

/** What BZPOPMIN gives. */
export function asKeyedMember<Text>(reply: Reply): [key: Text, member: Text, score: number] | null {
  if (reply === null) return null
  const [key, member, score] = reply as Reply[]
  return [key as Text, member as Text, asNumber(score!)]
}

/** What ZMPOP gives. */
export function asKeyedMembers<Text>(reply: Reply): [key: Text, members: [Text, number][]] | null {
  if (reply === null) return null
  const [key, members] = reply as Reply[]
  return [key as Text, asScoredMembers<Text>(members!)]
}

export function asScan<Text>(reply: Reply): [cursor: string, keys: Text[]] {
  const [cursor, items] = reply as Reply[]
  return [String(cursor), asList<Text>(items!)]
}

export function asPairScan<Text>(reply: Reply): [cursor: string, entries: [Text, Text][]] {
  const [cursor, items] = reply as Reply[]
  return [String(cursor), pairsOf(items!) as [Text, Text][]]
}

export function asScoreScan<Text>(reply: Reply): [cursor: string, members: [Text, number][]] {
  const [cursor, items] = reply as Reply[]
  return [String(cursor), asScoredMembers<Text>(items!)]
}

export function asLcs<Text>(reply: Reply): Text | number | Record<string, Reply> {
  return reply instanceof Map || Array.isArray(reply) ? asInfo(reply) : (reply as Text | number)
}

export function asPositions(reply: Reply): ([longitude: number, latitude: number] | null)[] {
  return (reply as (Reply[] | null)[]).map((place) =>
    place === null ? null : [asNumber(place[0]!), asNumber(place[1]!)],
  )
}

/** Entries of one stream, as XRANGE gives them. Deleted ones are `null` in some answers: they are left out. */
export function asStreamEntries<Text>(reply: Reply): StreamEntry<Text>[] {
  return ((reply ?? []) as (Reply[] | null)[])
    .filter((entry) => entry !== null)
    .map(([id, fields]) => ({
      id: String(id),
      fields: fields === null ? undefined : asRecord<Text>(fields!),
    }))
}

/** What XREAD gives; nothing new is an empty list. */
export function asStreams<Text>(reply: Reply): StreamEntries<Text>[] {
  if (reply === null) return []
  const streams = reply instanceof Map ? [...reply] : (reply as [Reply, Reply][])
  return streams.map(([stream, entries]) => ({
    stream: String(stream),
    entries: asStreamEntries<Text>(entries),
  }))
}

export function asClaimed<Text>(reply: Reply): ClaimedEntries<Text> {
  const [cursor, entries, deleted] = reply as Reply[]
  return {
    cursor: String(cursor),
    entries: asStreamEntries<Text>(entries!),
    deletedIds: ((deleted ?? []) as Reply[]).map(String),
  }
}

export function asCounts(reply: Reply): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const [name, value] of entriesOf(reply)) setOwn(counts, String(name), Number(value))
  return counts
}

/** What a server says of something: names and values of many types. */
export function asInfo(reply: Reply): Record<string, Reply> {
  return asRecord<Reply>(reply)
}

export function asInfos(reply: Reply): Record<string, Reply>[] {
  return (reply as Reply[]).map(asInfo)
}

/** Keys and values of a map, or of the flat list that RESP2 has for one. */
function entriesOf(reply: Reply): Iterable<readonly [Reply, Reply]> {
  return reply instanceof Map ? reply : pairsOf(reply)
}

/** `[a, 1, b, 2]`, `[[a, 1], [b, 2]]` and a map alike as pairs. */
function pairsOf(reply: Reply): [Reply, Reply][] {
  if (reply instanceof Map) return [...reply]
  const items = (reply ?? []) as Reply[]
  if (items.length > 0 && Array.isArray(items[0])) return items as [Reply, Reply][]
  const pairs: [Reply, Reply][] = []
  for (let index = 0; index + 1 < items.length; index += 2) pairs.push([items[index]!, items[index + 1]!])
  return pairs
}

function textOf(reply: Reply): string {
  const text = String(reply)
  return text === 'inf' ? 'Infinity' : text === '-inf' ? '-Infinity' : text
}

/** A field may be called `__proto__`. */
function setOwn<Value>(record: Record<string, Value>, name: string, value: Value): void {
  if (name !== '__proto__') record[name] = value
  else Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true })
}
