/**
 * The Centrifuge client protocol, version 2, in JSON: what stands on the wire, or is made of what stands there. A client
 * sends commands, each with an id; the server sends replies with the same id, and pushes. An empty object is a ping of
 * the server's, and the client's pong.
 *
 * Source: centrifugal.dev, "Client protocol", and `client.proto` of the public protocol definitions.
 */
import type { ErrorReply } from './errors.ts'

/** A command is one of these. */
export const commandNames = [
  'connect',
  'subscribe',
  'unsubscribe',
  'publish',
  'presence',
  'presence_stats',
  'history',
  'ping',
  'send',
  'rpc',
  'refresh',
  'sub_refresh',
] as const

export type CommandName = (typeof commandNames)[number]

/** A command as it came, well formed; its parameters are read by whoever handles it. */
export interface Command {
  /** 0: the client wants no reply. */
  readonly id: number
  readonly name: CommandName
  readonly parameters: Parameters
  /** JSON: the data of a publication as the client wrote them. */
  readonly data?: string | undefined
  /** Its data are bytes that hold no JSON: nothing here can take them. */
  readonly hasForeignData?: boolean
}

/** The fields of a command, whatever they are. */
export type Parameters = Readonly<Record<string, unknown>>

/** The client's answer to our ping. */
export const pong = Symbol('pong')

/** Fields that are false, zero or empty are left out, as the protocol's JSON has it. */
export interface ConnectResult {
  readonly client: string
  readonly version: string
  readonly data?: RawJson
  readonly subs?: Readonly<Record<string, SubscribeResult>>
  readonly expires?: true
  /** Seconds. */
  readonly ttl?: number
  /** Seconds between pings. */
  readonly ping?: number
  readonly pong?: true
  readonly session?: string
  readonly node?: string
}

export interface SubscribeResult {
  readonly expires?: true
  /** Seconds. */
  readonly ttl?: number
  readonly recoverable?: true
  readonly positioned?: true
  readonly epoch?: string
  readonly offset?: number
  /** An array. */
  readonly publications?: RawJson
  readonly recovered?: true
  readonly was_recovering?: true
  readonly data?: RawJson
  readonly delta?: true
}

export interface ExpiryResult {
  readonly client?: string
  readonly version?: string
  readonly expires?: true
  /** Seconds. */
  readonly ttl?: number
}

/** JSON text that stands in an object as it is: made once, or opaque to us. */
export class RawJson {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** A value as JSON; texts in {@link RawJson} stand as they are, and fields that are `undefined` are left out. */
export function encode(value: unknown): string {
  if (value instanceof RawJson) return value.text
  if (Array.isArray(value)) return `[${value.map(encode).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const fields = Object.entries(value).filter(([, field]) => field !== undefined)
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${encode(field)}`).join(',')}}`
}

export function encodeReply(id: number, name: CommandName, result: unknown): string {
  return `{"id":${id},"${name}":${encode(result)}}`
}

export function encodeErrorReply(id: number, error: ErrorReply): string {
  return `{"id":${id},"error":${JSON.stringify(error)}}`
}
