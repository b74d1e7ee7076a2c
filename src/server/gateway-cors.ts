/**
 * Cross-origin resource sharing (the Fetch standard, section 3.2): which pages of other origins may read replies.
 * They are those that the guard lets in: the configured origins. A page never gets the browser's credentials to go
 * with a request: the gateway knows no cookies, and a token is sent by whoever has it.
 */
import type { GatewayReply, GatewayRequest, ReplyHeaders } from '../gateway/exchange.ts'

const methods = 'GET, HEAD, POST, PUT'
/** How long a browser may remember what is allowed: the least of what browsers allow to be told, 10 minutes. */
const maxAge = '600'
/** What a page could not read otherwise. */
const exposed = 'ETag, Retry-After, X-Request-Id'
const vary: ReplyHeaders = Object.freeze({ Vary: 'Origin' })
/** Header names, separated by commas. */
const headerNames = /^[\w-]+(?:[\t ]*,[\t ]*[\w-]+)*$/

/** Adds to a reply what its page needs; whether it has answered the request itself, which was a preflight. */
export type Cors = (request: GatewayRequest, reply: GatewayReply) => boolean

/** `undefined`: no other origin is allowed, so there is nothing to say. For requests that passed the guard. */
export function gatewayCors(allowOrigin: readonly string[]): Cors | undefined {
  if (allowOrigin.length === 0) return undefined
  const allowsAll = allowOrigin.includes('*')
  const shared = new Map<string, ReplyHeaders>()
  for (const origin of allowOrigin) {
    const headers = { 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': exposed }
    shared.set(origin, Object.freeze(allowsAll ? headers : { ...headers, ...vary }))
  }
  return (request, reply) => {
    const origin = request.header('origin')
    const headers = origin === undefined ? undefined : shared.get(allowsAll ? '*' : origin)
    if (headers === undefined) {
      if (!allowsAll) reply.add(vary)
      return false
    }
    reply.add(headers)
    if (request.method !== 'OPTIONS') return false
    if (request.header('access-control-request-method') === undefined) return false
    const asked = request.header('access-control-request-headers') ?? ''
    reply.send(
      204,
      {
        'Access-Control-Allow-Methods': methods,
        // Any: they mean nothing to the gateway unless it knows them.
        ...(headerNames.test(asked) ? { 'Access-Control-Allow-Headers': asked } : {}),
        'Access-Control-Max-Age': maxAge,
      },
      '',
    )
    return true
  }
}
