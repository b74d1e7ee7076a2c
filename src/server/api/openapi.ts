/** The OpenAPI 3.1 document of the server API, made of what the operations themselves say. */
import { z } from 'zod'
import { commandErrors, type ErrorName } from '../../chat/dialects/centrifuge/errors.ts'
import { version } from '../../connection/version.ts'
import { batchReply, batchRequest, maxCommands } from './batch.ts'
import { apiError, clientInfo, publication } from './fields.ts'
import type { Operation } from './operation.ts'
import { operations } from './operations/table.ts'

const about = `What other programs may do with rooms and who is in them. The requests and results are those of
Centrifugo's HTTP API, so its libraries work.

An operation that cannot be carried out is answered with status 200 and an \`error\` instead of a \`result\`; with the
header \`X-Centrifugo-Error-Mode: transport\` the status tells it too. Another status means that the request did not come
to an operation at all.`

/** As a value, ready to be written as JSON. */
export function openApiDocument(): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Longwire server API',
      version,
      description: about,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/api' }],
    security: [{ key: [] }, { authorization: [] }],
    paths: {
      ...Object.fromEntries(operations.map((one) => [`/${one.name}`, { post: pathOf(one) }])),
      '/batch': { post: batch() },
      '/openapi.json': { get: document() },
    },
    components: {
      securitySchemes: {
        key: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
        authorization: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          description: '`apikey KEY` or `Bearer KEY`.',
        },
      },
      headers: {
        'X-Request-Id': {
          description: 'The one of the request, or a new one: it stands in the server’s log.',
          schema: { type: 'string' },
        },
      },
      responses: Object.fromEntries(
        Object.entries(refusals).map(([status, { description, error }]) => [
          status,
          {
            description,
            headers: requestIdHeader,
            content: {
              'application/json': {
                schema: { type: 'object', required: ['error'], properties: { error: ref('Error') } },
                example: { error: { code: commandErrors[error].code, message: description } },
              },
            },
          },
        ]),
      ),
      schemas: schemas(),
    },
  }
}

/** Why a request does not come to an operation, by HTTP status. */
const refusals: Readonly<Record<string, { readonly description: string; readonly error: ErrorName }>> = {
  '401': {
    description: 'The request has no key, or one that is none of this server’s.',
    error: 'unauthorized',
  },
  '403': { description: 'A web page of another site sent it.', error: 'permission-denied' },
  '413': { description: 'The body is larger than it may be.', error: 'bad-request' },
  '429': { description: 'The key calls more often than it may.', error: 'too-many-requests' },
  '503': { description: 'The server API is off: no key is configured.', error: 'not-available' },
}

const requestIdHeader = { 'X-Request-Id': { $ref: '#/components/headers/X-Request-Id' } }

const ref = (name: string): { $ref: string } => ({ $ref: `#/components/schemas/${name}` })

function pathOf({ name, summary, description, example, errors = [] }: Operation): object {
  const failures = ['bad-request', ...errors, 'internal'] as const satisfies readonly ErrorName[]
  return {
    operationId: name,
    summary,
    ...(description === undefined ? {} : { description }),
    ...bodies(`${typeName(name)}Request`, example.request, {
      schema: {
        oneOf: [
          {
            type: 'object',
            required: ['result'],
            properties: { result: ref(`${typeName(name)}Result`) },
            additionalProperties: false,
          },
          {
            type: 'object',
            required: ['error'],
            properties: { error: ref('Error') },
            additionalProperties: false,
          },
        ],
      },
      examples: {
        result: { value: { result: example.result } },
        ...Object.fromEntries(
          failures.map((error) => {
            const { code, message, meaning } = commandErrors[error]
            return [error, { summary: meaning, value: { error: { code, message } } }]
          }),
        ),
      },
    }),
  }
}

function batch(): object {
  const [publish] = operations
  return {
    operationId: 'batch',
    summary: 'Carries out many operations',
    description: `At most ${maxCommands}. Each command is an object with one field, the operation's name, whose value is its request; the replies stand in their order. Each counts as a call.`,
    ...bodies(
      'BatchRequest',
      { commands: [{ publish: publish!.example.request }, { info: {} }] },
      {
        schema: ref('BatchReply'),
        examples: {
          replies: {
            value: {
              replies: [
                { publish: publish!.example.result },
                { error: { code: 107, message: 'bad request' } },
              ],
            },
          },
        },
      },
    ),
  }
}

function document(): object {
  return {
    operationId: 'openapi',
    summary: 'Gives this document; needs no key',
    security: [],
    responses: {
      '200': {
        description: 'This document.',
        content: { 'application/json': { schema: { type: 'object' } } },
      },
    },
  }
}

function bodies(request: string, example: object, reply: object): object {
  return {
    requestBody: { required: true, content: { 'application/json': { schema: ref(request), example } } },
    responses: {
      '200': {
        description: 'The result, or why there is none.',
        headers: requestIdHeader,
        content: { 'application/json': reply },
      },
      ...Object.fromEntries(
        Object.keys(refusals).map((status) => [status, { $ref: `#/components/responses/${status}` }]),
      ),
    },
  }
}

function schemas(): Record<string, object> {
  const registry = z.registry<{ id: string }>()
  registry.add(apiError, { id: 'Error' })
  registry.add(clientInfo, { id: 'ClientInfo' })
  registry.add(publication, { id: 'Publication' })
  registry.add(batchRequest, { id: 'BatchRequest' })
  registry.add(batchReply, { id: 'BatchReply' })
  for (const { name, request, result } of operations) {
    registry.add(request, { id: `${typeName(name)}Request` })
    registry.add(result, { id: `${typeName(name)}Result` })
  }
  const made = z.toJSONSchema(registry, { io: 'input', uri: (id) => `#/components/schemas/${id}` })
  return Object.fromEntries(
    Object.entries(made.schemas).map(([id, { $schema: _dialect, $id: _place, ...schema }]) => [id, schema]),
  )
}

/** `presence_stats` is `PresenceStats`. */
function typeName(name: string): string {
  return name.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase())
}
