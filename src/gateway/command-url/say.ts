/** What a request gets that has no reply of Redis's: `{"error": "one sentence"}`. */
import type { Refusal } from '../authorize.ts'
import type { GatewayReply, ReplyHeaders } from '../exchange.ts'
import { failureOf } from '../failure.ts'

export function sayRefusal(reply: GatewayReply, { status, message, headers }: Refusal): void {
  sayError(reply, status, message, headers)
}

export function sayFailure(reply: GatewayReply, error: unknown): void {
  const failure = failureOf(error)
  if (failure !== undefined) sayError(reply, failure.status, failure.message, failure.headers)
  else if (error instanceof Error && error.name === 'AbortError') sayError(reply, 503, 'The client has left.')
  else throw error
}

export function sayError(
  reply: GatewayReply,
  status: number,
  message: string,
  headers: ReplyHeaders = {},
): void {
  const { body } = errorAsJson(message)
  reply.send(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...headers }, body)
}

/** The same body for those whose request was none that a style could see. */
export function errorAsJson(message: string): { readonly contentType: string; readonly body: string } {
  return { contentType: 'application/json', body: JSON.stringify({ error: message }) }
}
