/** How answers of the server API are written. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { commandErrors, type ErrorName } from '../../chat/dialects/centrifuge/errors.ts'
import { encode } from '../../chat/dialects/centrifuge/protocol.ts'
import type { Outcome } from './answer.ts'
import { statusOf } from './errors.ts'

export function say(reply: FastifyReply, status: number, body: unknown): FastifyReply {
  return reply.code(status).type('application/json; charset=utf-8').send(encode(body))
}

/** Why a request does not come to an operation. */
export function sayRefusal(
  reply: FastifyReply,
  status: number,
  error: ErrorName,
  message: string,
): FastifyReply {
  return say(reply, status, { error: { code: commandErrors[error].code, message } })
}

/** With status 200 whatever came of it, unless the caller wants the status to tell. */
export function sayOutcome(request: FastifyRequest, reply: FastifyReply, outcome: Outcome): FastifyReply {
  if (!('error' in outcome)) return say(reply, 200, outcome)
  const wantsStatus = request.headers['x-centrifugo-error-mode'] === 'transport'
  return say(reply, wantsStatus ? statusOf(outcome.error) : 200, outcome)
}
