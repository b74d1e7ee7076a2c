/**
 * Reads fields of a command. One that is absent or `null` has its zero value, as in the protocol; one of another
 * type is not this protocol, and ends the connection.
 */
import { Disconnect } from './disconnects.ts'
import type { Parameters } from './protocol.ts'

export function textField(parameters: Parameters, key: string): string {
  const value = parameters[key] ?? ''
  if (typeof value !== 'string') throw wrong(key, 'a string')
  return value
}

export function flagField(parameters: Parameters, key: string): boolean {
  const value = parameters[key] ?? false
  if (typeof value !== 'boolean') throw wrong(key, 'true or false')
  return value
}

/** A whole number of at least `least`. */
export function wholeField(parameters: Parameters, key: string, least = 0): number {
  const value = parameters[key] ?? 0
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least) {
    throw wrong(key, `a whole number of at least ${least}`)
  }
  return value
}

export function objectField(parameters: Parameters, key: string): Parameters | undefined {
  const value = parameters[key] ?? undefined
  if (value === undefined) return undefined
  if (!isObject(value)) throw wrong(key, 'an object')
  return value
}

/** The channel, without which these commands mean nothing. */
export function channelField(parameters: Parameters): string {
  const channel = textField(parameters, 'channel')
  if (channel === '') throw new Disconnect('bad-request', 'A command came without its channel.')
  return channel
}

export function isObject(value: unknown): value is Parameters {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function wrong(key: string, expected: string): Disconnect {
  return new Disconnect('bad-request', `The field "${key}" of a command is not ${expected}.`)
}
