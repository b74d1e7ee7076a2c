/** Plain HTTP: the page, its assets, and what operations ask. */
import { existsSync } from 'node:fs'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { upgradeRequired } from '../transports/websocket/handshake.ts'

export interface RouteOptions {
  /** Makes the HTTP server that Fastify answers on. */
  readonly createServer: (handler: (request: IncomingMessage, response: ServerResponse) => void) => Server
  /** Paths that only speak WebSocket. */
  readonly webSocketPaths: readonly string[]
  /** Why whoever asks for one of these paths may not open a WebSocket there: pages learn it from this alone. */
  readonly ban: (request: IncomingMessage) => string | undefined
  readonly isDraining: () => boolean
  /** Numbers for `/health`. */
  readonly health: () => Readonly<Record<string, unknown>>
  /** What `/metrics` answers. */
  readonly metrics: { readonly contentType: string; text(): Promise<string> }
  /** Why no command would be answered on the console; `undefined`: they are. */
  readonly consoleClosedBecause: string | undefined
  /** What stands below `/api`. */
  readonly api: (app: FastifyInstance) => Promise<void>
}

const securityHeaders = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

/** The built page: beside this file's folder in the package, under `dist` in a checkout. */
const pageFolders = ['../../web/', '../../dist/web/'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
)

/** Where commands for Redis are tried. */
const consolePath = '/console'
/** Whether commands are answered there, and if not, why: the chat page shows a link or none, the console the reason. */
const consoleStatePath = '/console.json'

export async function createRoutes(options: RouteOptions): Promise<FastifyInstance> {
  const app = Fastify({ serverFactory: options.createServer, logger: false, exposeHeadRoutes: true })
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(securityHeaders)
    if (options.isDraining()) reply.header('Connection', 'close')
    done()
  })
  await servePage(app)
  const allowed = new Map<string, string>(['/', consolePath].map((path) => [path, 'GET, HEAD']))
  for (const path of options.webSocketPaths) {
    allowed.set(path, 'GET')
    app.get(path, { exposeHeadRoute: false }, (request, reply) => {
      const ban = options.ban(request.raw)
      if (ban === undefined) return answerUpgradeRequired(reply)
      return reply.code(403).type('text/plain; charset=utf-8').send(`${ban}\n`)
    })
  }
  for (const [path, answer] of Object.entries(answers(options))) {
    allowed.set(path, 'GET, HEAD')
    app.get(path, (_request, reply) => answer(reply))
  }
  await app.register(options.api, { prefix: '/api' })
  app.setNotFoundHandler((request, reply) => notFound(request, reply, allowed))
  return app
}

async function servePage(app: FastifyInstance): Promise<void> {
  const root = pageFolders.find(
    (folder) => existsSync(`${folder}index.html`) && existsSync(`${folder}assets`),
  )
  if (root === undefined) {
    for (const path of ['/', consolePath]) {
      app.get(path, (_request, reply) =>
        reply
          .code(503)
          .type('text/plain; charset=utf-8')
          .send('The page is not built: run "npm run build".\n'),
      )
    }
    return
  }
  await app.register(fastifyStatic, {
    root,
    index: ['index.html'],
    cacheControl: false,
    setHeaders: (response, path) => {
      // Assets carry a hash of what they hold in their names; the page that names them does not.
      const isAsset = path.includes('/assets/')
      response.header('Cache-Control', isAsset ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  app.get(consolePath, (_request, reply) => reply.sendFile('console.html'))
}

/** What is neither a page nor an asset. */
function answers(
  options: RouteOptions,
): Record<string, (reply: FastifyReply) => FastifyReply | Promise<FastifyReply>> {
  const message = options.consoleClosedBecause
  const consoleState = { isOpen: message === undefined, message }
  return {
    [consoleStatePath]: (reply) => reply.header('Cache-Control', 'no-store').send(consoleState),
    '/health': (reply) => reply.send({ status: 'ok', ...options.health() }),
    '/ready': (reply) =>
      options.isDraining() ? reply.code(503).send({ status: 'draining' }) : reply.send({ status: 'ready' }),
    '/metrics': async (reply) => reply.type(options.metrics.contentType).send(await options.metrics.text()),
  }
}

function answerUpgradeRequired(reply: FastifyReply): FastifyReply {
  const { status, message, headers } = upgradeRequired('This address speaks WebSocket.')
  return reply
    .code(status)
    .headers({ ...headers })
    .type('text/plain; charset=utf-8')
    .send(`${message}\n`)
}

function notFound(
  request: FastifyRequest,
  reply: FastifyReply,
  allowed: ReadonlyMap<string, string>,
): FastifyReply {
  const path = request.url.split('?', 1)[0] ?? '/'
  const methods = allowed.get(path)
  const isMethod = methods !== undefined && request.method !== 'GET'
  return reply
    .code(isMethod ? 405 : 404)
    .headers(isMethod ? { Allow: methods } : {})
    .type('text/plain; charset=utf-8')
    .send(isMethod ? `${path} takes ${methods}.\n` : `There is nothing at ${path}.\n`)
}
