/** The OpenAPI 3.1 document of the gateway: both styles, made of the same tables that answer requests. */
import { version } from '../connection/version.ts'
import { formats } from './command-url/formats.ts'

const about = `Redis over HTTP. A command is a URL (\`/redis/GET/key\`), or the REST style that clients for Upstash speak (\`/rest\`).

OpenAPI has no word for a path of any number of parts: \`{arguments}\` stands for all words of a command behind its name,
each percent-encoded, with slashes between them.`

export interface DocumentedStyles {
  /** What stands before the slash of a command URL: `/redis`, or nothing on a port of its own. */
  readonly commandPrefix: string
  /** What stands before the REST style; `undefined`: it is not here. */
  readonly restPrefix: string | undefined
}

/** As a value, ready to be written as JSON. */
export function gatewayDocument({ commandPrefix, restPrefix }: DocumentedStyles): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Longwire gateway',
      version,
      description: about,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { query: [] }, {}],
    paths: {
      ...commandPaths(commandPrefix),
      ...(restPrefix === undefined ? {} : restPaths(restPrefix)),
    },
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'Where the gateway has tokens.' },
        query: { type: 'apiKey', in: 'query', name: '_token', description: 'The same; proxies may log it.' },
      },
      headers: {
        'X-Request-Id': {
          description: 'The one of the request, or a new one: it stands in the server’s log.',
          schema: { type: 'string' },
        },
        'Retry-After': { description: 'Seconds.', schema: { type: 'integer' } },
      },
      parameters: {
        command: {
          ...{ name: 'command', in: 'path', required: true },
          description: 'The name of a Redis command, in any case of letters.',
          schema: { type: 'string', pattern: '^[\\w.-]+$' },
          example: 'GET',
        },
        arguments: {
          ...{ name: 'arguments', in: 'path', required: true },
          description: 'Its words, with slashes between them.',
          schema: { type: 'string' },
          example: 'hello',
        },
      },
      responses: Object.fromEntries(
        Object.entries(refusals).map(([status, description]) => [
          status,
          {
            description,
            headers: { ...named, ...(retried.has(status) ? { 'Retry-After': header('Retry-After') } : {}) },
            content: { 'application/json': { schema: ref('schemas', 'Error') } },
          },
        ]),
      ),
      schemas: {
        Error: {
          type: 'object',
          required: ['error'],
          properties: { error: { type: 'string', description: 'One sentence.' } },
        },
        Value: {
          description: 'A reply of Redis; bytes that are not UTF-8 stand as {"base64": "…"}.',
          oneOf: [
            { type: ['string', 'integer', 'null'] },
            { type: 'array', items: ref('schemas', 'Value') },
            { type: 'object', required: ['base64'], properties: { base64: { type: 'string' } } },
          ],
        },
        Outcome: {
          type: 'object',
          properties: { result: ref('schemas', 'Value'), error: { type: 'string' } },
        },
        Command: {
          ...{ type: 'array', minItems: 1, items: { type: ['string', 'number', 'boolean', 'object'] } },
          examples: [['SET', 'hello', 'world']],
        },
      },
    },
  }
}

/** What a request may get instead of Redis's reply. */
const refusals: Readonly<Record<string, string>> = {
  '400': 'The request holds no command that can be sent; in the REST style also an error of Redis.',
  '401': 'It has no token, or one that is not known.',
  '403': 'The command is not allowed, Redis’s own ACL refuses it, or the page that asks may not.',
  '404': 'There is no value, and the format has no word for that, or ?strict asks for it.',
  '405': 'Commands are not sent with this method.',
  '413': 'The body is larger than the limit.',
  '429': 'The token asks more often than it may, or another client monitors already.',
  '502': 'The reply of Redis is larger than the limit, and would be so again.',
  '503': 'Redis cannot be reached, there is none, or too many bytes of replies wait for their clients.',
  '504': 'Redis did not answer in time; the command may have been carried out.',
}
const retried: ReadonlySet<string> = new Set(['429', '503'])

function ref(kind: 'schemas' | 'parameters' | 'responses' | 'headers', name: string): { $ref: string } {
  return { $ref: `#/components/${kind}/${name}` }
}

const header = (name: string): { $ref: string } => ref('headers', name)
const named = { 'X-Request-Id': header('X-Request-Id') }

function refused(...statuses: readonly string[]): object {
  return Object.fromEntries(statuses.map((status) => [status, ref('responses', status)]))
}

/** A word as a header, a query key, or a body, that need not be there. */
function optional(place: 'query' | 'header', name: string, description: string, schema: object): object {
  return { name, in: place, required: false, description, schema }
}

const text = { type: 'string' }

function commandPaths(prefix: string): object {
  const wishes = [
    optional('query', 'type', 'The value itself with this content type.', text),
    optional('query', 'jsonp', 'A function that the JSON is wrapped in a call of; also `callback`.', text),
    optional('query', 'strict', 'A missing value is a 404, also in JSON.', { type: 'boolean' }),
    optional('query', 'encoding', 'Strings of the JSON are base64.', { enum: ['text', 'base64'] }),
    optional('header', 'If-None-Match', 'ETags of values that the client has.', text),
  ]
  const extensions = [...formats.keys()].map((one) => `\`.${one}\``).join(' ')
  const description = `The last word may end with an extension that says how the reply is shown: ${extensions}. A number before the command selects a database.`
  const types = new Set([...formats.values()].map(({ contentType }) => contentType))
  const shown: Record<string, object> = {}
  for (const type of types) shown[type] = {}
  shown['application/json'] = {
    schema: { type: 'object', additionalProperties: ref('schemas', 'Value') },
    example: { GET: 'world' },
  }
  const responses = {
    '200': {
      description: 'Redis answered; an error of its own is [false, "ERR …"], a status [true, "OK"].',
      headers: { ...named, ETag: { schema: text } },
      content: {
        ...shown,
        'text/event-stream': { schema: text },
      },
    },
    '304': { description: 'The client has this value already.', headers: named },
    ...refused('400', '401', '403', '404', '405', '413', '429', '502', '503', '504'),
  }
  const bytes = { required: true, content: { 'application/octet-stream': {} } }
  const operation = (operationId: string, summary: string, more: object = {}): object => ({
    ...{ operationId, summary, description, parameters: wishes, responses, ...more },
  })
  const command = [ref('parameters', 'command')]
  const all = [...command, ref('parameters', 'arguments')]
  return {
    [`${prefix}/`]: {
      post: operation('postCommand', 'A command as the body', {
        requestBody: {
          required: true,
          content: { 'text/plain': { schema: text, example: 'SET/hello/world' } },
        },
      }),
    },
    [`${prefix}/{command}`]: {
      parameters: command,
      get: operation('getCommand', 'A command without words'),
      put: operation('putCommand', 'A command with the body as its only word', { requestBody: bytes }),
    },
    [`${prefix}/{command}/{arguments}`]: {
      parameters: all,
      get: operation('getCommandWithWords', 'A command; SUBSCRIBE and its kin are answered by a stream'),
      put: operation('putCommandWithWords', 'A command with the body as its last word', {
        requestBody: bytes,
      }),
    },
  }
}

function restPaths(prefix: string): object {
  const ways = [
    optional('header', 'Upstash-Encoding', 'Strings of the reply are base64.', { enum: ['base64'] }),
    optional('header', 'Upstash-Response-Format', 'The reply as RESP2.', { enum: ['resp2'] }),
  ]
  const answered = (schema: object, ...more: readonly string[]): object => ({
    '200': {
      description: 'Redis answered.',
      headers: named,
      content: { 'application/json': { schema }, 'application/octet-stream': {} },
    },
    ...refused('400', '401', '403', '405', '413', '429', '502', '503', '504', ...more),
  })
  const json = (schema: object): object => ({ required: true, content: { 'application/json': { schema } } })
  const one = answered(ref('schemas', 'Outcome'))
  const many = {
    parameters: ways,
    requestBody: json({ type: 'array', items: ref('schemas', 'Command') }),
    responses: answered({ type: 'array', items: ref('schemas', 'Outcome') }),
  }
  const stream = (operationId: string, summary: string, more: object = {}): object => ({
    get: {
      ...{ operationId, summary, ...more },
      responses: {
        '200': {
          description: 'A stream, until the client leaves.',
          headers: named,
          content: { 'text/event-stream': { schema: text } },
        },
        ...refused('400', '401', '403', '429', '503', '504'),
      },
    },
  })
  const path = (name: string): object => ({
    parameters: [{ name, in: 'path', required: true, schema: text }],
  })
  return {
    [prefix]: {
      post: {
        ...{ operationId: 'restCommand', summary: 'A command as a list', parameters: ways },
        ...{ requestBody: json(ref('schemas', 'Command')), responses: one },
      },
    },
    [`${prefix}/pipeline`]: {
      post: { operationId: 'restPipeline', summary: 'Several commands, in order', ...many },
    },
    [`${prefix}/multi-exec`]: {
      post: { operationId: 'restTransaction', summary: 'Several commands as one transaction', ...many },
    },
    [`${prefix}/subscribe/{channel}`]: stream('restSubscribe', 'Messages of a channel', path('channel')),
    [`${prefix}/psubscribe/{pattern}`]: stream('restPsubscribe', 'Messages of a pattern', path('pattern')),
    [`${prefix}/monitor`]: stream('restMonitor', 'What Redis carries out'),
    [`${prefix}/{command}/{arguments}`]: {
      parameters: [ref('parameters', 'command'), ref('parameters', 'arguments')],
      get: {
        ...{ operationId: 'restGetPath', summary: 'A command in the path', parameters: ways },
        responses: one,
      },
      post: {
        ...{
          operationId: 'restPostPath',
          summary: 'The same with the body as its last word',
          parameters: ways,
        },
        ...{ requestBody: { content: { 'application/octet-stream': {} } }, responses: one },
      },
    },
  }
}
