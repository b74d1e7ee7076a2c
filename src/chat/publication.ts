/**
 * A message as a room has ordered it. It has two faces, each made when somebody first looks: who said which text
 * (the plain dialect), and JSON data with JSON about its publisher (the Centrifuge dialect).
 */
import { Buffer } from 'node:buffer'
import type { BrokerPublication } from '../broker/broker.ts'
import { fossilDelta } from './delta/fossil.ts'
import { nameIn } from './person-name.ts'

/** The plain face of a message. */
export interface Saying {
  readonly name: string
  readonly text: string
}

/** Who said it, and whether that is sure: `user` is whom a token has named; empty: anybody may say that name. */
interface Said extends Saying {
  readonly user: string
}

export class Publication {
  readonly room: string
  /** Milliseconds since the Unix epoch. */
  readonly time: number
  /** Counts up by one in each room, from 1. */
  readonly offset: number
  /** The room keeps it, so that its offset can be recovered from. */
  readonly isKept: boolean
  #saying: Said | undefined
  #data: string | undefined
  readonly #meta: string | undefined
  /** What the room said before it; the room's, for formats that show differences. */
  previousData: string | undefined
  #delta: string | undefined
  #hasDelta = false

  private constructor(
    room: string,
    time: number,
    offset: number,
    isKept: boolean,
    content: { saying?: Said; data?: string; meta?: string | undefined },
  ) {
    this.room = room
    this.time = time
    this.offset = offset
    this.isKept = isKept
    this.#saying = content.saying
    this.#data = content.data
    this.#meta = content.meta
  }

  /** A text that a room passes on and does not keep. `meta` says who said it, where a token has named them. */
  static said(
    room: string,
    saying: Saying,
    meta: string | undefined,
    time: number,
    offset: number,
  ): Publication {
    const { user = '' } = publisherOf(meta)
    return new Publication(room, time, offset, false, { saying: { ...saying, user }, meta })
  }

  /** JSON that a room passes on and does not keep. */
  static passedOn(
    room: string,
    data: string,
    meta: string | undefined,
    time: number,
    offset: number,
  ): Publication {
    return new Publication(room, time, offset, false, { data, meta })
  }

  /** What the broker has ordered; `offset` counts where the broker has none. */
  static ordered(room: string, { data, meta, time, offset }: BrokerPublication, count: number): Publication {
    return new Publication(room, time, offset === 0 ? count : offset, offset > 0, { data, meta })
  }

  /** Who said it. */
  get name(): string {
    return this.#said.name
  }

  /** The person whom a token has named; empty: nobody vouches for the name. */
  get user(): string {
    return this.#said.user
  }

  get text(): string {
    return this.#said.text
  }

  get #said(): Said {
    this.#saying ??= saidOf(this.data, this.#meta)
    return this.#saying
  }

  /** JSON. */
  get data(): string {
    this.#data ??= dataOf(this.#saying!)
    return this.#data
  }

  /** How the data differ from the room's data before, if that is shorter than the data. Found once, when asked for. */
  get delta(): string | undefined {
    if (!this.#hasDelta && this.previousData !== undefined) {
      const target = Buffer.from(this.data)
      const delta = fossilDelta(Buffer.from(this.previousData), target)
      if (delta.byteLength < target.byteLength) this.#delta = delta.toString()
      this.#hasDelta = true
    }
    return this.#delta
  }

  /** JSON object with `info` (the publisher) and `tags`, where there are any. */
  get meta(): string | undefined {
    return this.#meta
  }
}

/** What a person's message is for programs. */
export function dataOf({ name, text }: Saying): string {
  return JSON.stringify({ name, text })
}

/** JSON beside the data: the publisher's info and tags, both JSON. */
export function metaOf(info: string | undefined, tags?: string): string | undefined {
  if (info === undefined) return tags === undefined ? undefined : `{"tags":${tags}}`
  return tags === undefined ? `{"info":${info}}` : `{"info":${info},"tags":${tags}}`
}

/**
 * What a program's message is for people: its `text` or itself if that is a string, else its JSON. A publisher
 * whom a token has named keeps that name; others say one themselves.
 */
function saidOf(data: string, meta: string | undefined): Said {
  const value: unknown = JSON.parse(data)
  const fields = isObject(value) ? value : {}
  const text = typeof value === 'string' ? value : typeof fields.text === 'string' ? fields.text : data
  const said = typeof fields.name === 'string' && fields.name.trim() !== '' ? fields.name : undefined
  const { user = '', name, client } = publisherOf(meta)
  return { name: name ?? said ?? client ?? 'server', user, text }
}

/** `name` is the person's, where a token has named them. */
function publisherOf(meta: string | undefined): { user?: string; name?: string; client?: string } {
  const parsed: unknown = meta === undefined ? undefined : JSON.parse(meta)
  const info = isObject(parsed) && isObject(parsed.info) ? parsed.info : {}
  const { user, client } = info
  return {
    ...(typeof user === 'string' && user !== '' ? { user, name: nameIn(info.conn_info) ?? user } : {}),
    ...(typeof client === 'string' ? { client } : {}),
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Somebody came or went; both at once: changed their name. */
export interface PresenceEvent {
  readonly room: string
  readonly join?: string
  readonly leave?: string
  /** A moderator or a program took the member out. */
  readonly isRemoved?: boolean
  /** The person whom a token has named; empty: nobody vouches for the name. */
  readonly user: string
  readonly time: number
  /** Who that is, as JSON; asked for only by formats that show it. */
  readonly info: () => string
}
