/** Which requests come to an operation: those with a key, that no page of another site has sent, within the rate. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { foreignPage } from '../foreign-page.ts'
import { type ApiCaller, type ApiKeys, keyOf } from './keys.ts'
import { sayRefusal } from './say.ts'

const isOff =
  'The server API is off: no key is configured. Make one with "longwire api key" and start the server with --api-key HASH.'
const withoutKey = 'This needs a key: X-API-Key: KEY, or Authorization: apikey KEY.'
const wrongKey = 'This is not a key of this server.'
const tooOften = 'This key calls more often than it may; wait a second.'

/** Who called; or the request has been answered. */
export function admit(keys: ApiKeys, request: FastifyRequest, reply: FastifyReply): ApiCaller | FastifyReply {
  const foreign = foreignPage(request.headers, [])
  if (foreign !== undefined) {
    return sayRefusal(reply, 403, 'permission-denied', `Pages of ${foreign} may not use the server API.`)
  }
  if (keys.isEmpty) return sayRefusal(reply, 503, 'not-available', isOff)
  const key = keyOf(request.headers)
  const caller = key === undefined ? undefined : keys.find(key)
  if (caller === undefined) {
    reply.header('WWW-Authenticate', 'apikey')
    return sayRefusal(reply, 401, 'unauthorized', key === undefined ? withoutKey : wrongKey)
  }
  if (caller.bucket.take()) return caller
  reply.header('Retry-After', '1')
  return sayRefusal(reply, 429, 'too-many-requests', tooOften)
}
