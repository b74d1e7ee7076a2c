/**
 * The server API on HTTP: `POST /api/OPERATION` with a JSON body and a key, in the conventions of Centrifugo's HTTP
 * API, so that its libraries work. Without a configured key it is off, wherever the server listens.
 */

import type { IncomingMessage } from 'node:http'
import { performance } from 'node:perf_hooks'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { parseExactly } from '../../transports/exact-json.ts'
import { requestIdOf } from '../../transports/http/request-id.ts'
import { nearest } from '../configuration/nearest.ts'
import { admit } from './admission.ts'
import { answer, type Outcome } from './answer.ts'
import { batchRequest, runBatch } from './batch.ts'
import { ApiError, failureOf } from './errors.ts'
import type { ApiCaller, ApiKeys } from './keys.ts'
import { openApiDocument } from './openapi.ts'
import type { ApiServices } from './operation.ts'
import { operations } from './operations/table.ts'
import { checked } from './request.ts'
import { say, sayOutcome, sayRefusal } from './say.ts'

export interface ApiOptions {
  readonly keys: ApiKeys
  readonly services: ApiServices
  readonly logger: Logger
  /** The largest body. */
  readonly bodyBytes: number
  /** The address of who asks, for the log. */
  readonly addressOf: (request: IncomingMessage) => string
}

/** What is noted of a request until it has been answered. */
interface Call {
  readonly id: string
  readonly startedAt: number
  caller?: ApiCaller
  /** Of its error; it came to an operation. */
  code?: number
}

const batchPath = 'batch'
const documentPath = 'openapi.json'

/** A plugin for the server's routes, below `/api`. */
export function apiRoutes({
  keys,
  services,
  logger,
  bodyBytes,
  addressOf,
}: ApiOptions): (app: FastifyInstance) => Promise<void> {
  const calls = new WeakMap<FastifyRequest, Call>()

  const begin = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const id = requestIdOf(request.headers['x-request-id'] as string | undefined)
    calls.set(request, { id, startedAt: performance.now() })
    reply.headers({ 'X-Request-Id': id, 'Cache-Control': 'no-store' })
  }

  const end = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const { id, startedAt, caller, code } = calls.get(request)!
    const status = reply.statusCode
    if (code === undefined && status >= 400) services.counts.refuse(status)
    const facts = {
      requestId: id,
      key: caller?.name,
      method: request.method,
      path: request.url.split('?', 1)[0],
      remoteAddress: addressOf(request.raw),
      status,
      error: code === 0 ? undefined : code,
      ms: Math.round((performance.now() - startedAt) * 1000) / 1000,
    }
    logger.info(facts, 'api call')
  }

  /** Requests that may not be carried out are answered here. */
  const gate = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const caller = admit(keys, request, reply)
    if (!('bucket' in caller)) return caller
    calls.get(request)!.caller = caller
    return undefined
  }

  const sayCall = (request: FastifyRequest, reply: FastifyReply, outcome: Outcome): FastifyReply => {
    calls.get(request)!.code = 'error' in outcome ? outcome.error.code : 0
    return sayOutcome(request, reply, outcome)
  }

  const batch = async (request: FastifyRequest): Promise<Outcome> => {
    const { caller } = calls.get(request)!
    const asked = checked(batchRequest, bodyOf(request))
    // The request itself has taken one.
    if (!caller!.bucket.take(asked.commands.length - 1))
      throw new ApiError('too-many-requests', batchTooOften)
    return { result: await runBatch(asked, services) }
  }

  const keyed = async (app: FastifyInstance): Promise<void> => {
    app.addHook('onRequest', gate)
    for (const operation of operations) {
      app.post(`/${operation.name}`, async (request, reply) =>
        sayCall(request, reply, await whole(async () => answer(operation, bodyOf(request), services))),
      )
    }
    app.post(`/${batchPath}`, async (request, reply) => {
      const outcome = await whole(() => batch(request))
      if ('error' in outcome) return sayCall(request, reply, outcome)
      calls.get(request)!.code = 0
      // Its replies stand without a result around them.
      return say(reply, 200, outcome.result)
    })
    // Before the page's files, which would take any GET.
    for (const path of ['', '/*']) app.all(path, (request, reply) => nothingThere(request, reply))
  }

  return async (app) => {
    // Whatever the body calls itself, it is JSON: command lines send it as a form.
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'string', bodyLimit: bodyBytes }, (_request, body, done) =>
      done(null, body),
    )
    app.addHook('onRequest', begin)
    app.addHook('onResponse', end)
    app.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
      const { statusCode = 500, message } = error
      if (statusCode === 413) {
        return sayRefusal(
          reply,
          413,
          'bad-request',
          `The body is larger than the limit of ${bodyBytes} bytes.`,
        )
      }
      if (statusCode < 500) return sayRefusal(reply, statusCode, 'bad-request', message)
      services.failed(error, 'a request')
      return sayRefusal(reply, 500, 'internal', 'The server failed to answer this request.')
    })
    const document = JSON.stringify(openApiDocument())
    app.get(`/${documentPath}`, (_request, reply) =>
      reply.header('Cache-Control', 'no-cache').type('application/json; charset=utf-8').send(document),
    )
    await app.register(keyed)
  }
}

const batchTooOften = 'This batch has more calls than its key may make now; none was carried out.'

/** What keeps a call from being carried out, such as a body that is no JSON, is its answer. */
async function whole(work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work()
  } catch (error) {
    return { error: failureOf(error).reply }
  }
}

function bodyOf({ body }: FastifyRequest): unknown {
  if (body === undefined || body === null || body === '') return undefined
  try {
    return parseExactly(body as string)
  } catch (error) {
    throw new ApiError('bad-request', `the body: expected JSON: ${(error as Error).message}.`)
  }
}

function nothingThere({ url }: FastifyRequest, reply: FastifyReply): FastifyReply {
  const name = url.split('?', 1)[0]!.replace(/^\/api\/?/, '')
  const known = [...operations.map((one) => one.name), batchPath, documentPath]
  if (known.includes(name)) {
    const method = name === documentPath ? 'GET' : 'POST'
    reply.header('Allow', method)
    return sayRefusal(reply, 405, 'bad-request', `/api/${name} takes ${method}.`)
  }
  const near = nearest(name, known)
  const hint = near === undefined ? '' : ` Did you mean /api/${near}?`
  return sayRefusal(reply, 404, 'method-not-found', `There is nothing at /api/${name}.${hint}`)
}
