/**
 * The command-URL style: `GET /COMMAND/arg0/…/argN[.ext]`, `POST /` with the same as its body, `PUT /COMMAND/…`
 * with the last argument as its body. One command a request, on the shared pool; docs/gateway.md has the rules.
 */
import { Buffer } from 'node:buffer'
import { ReplyError } from '../../redis/errors.ts'
import type { Reply } from '../../redis/resp/reply.ts'
import type { Authorize } from '../authorize.ts'
import type { Databases } from '../databases.ts'
import { etagOf, isMatch } from '../etag.ts'
import type { GatewayHandler, GatewayReply, GatewayRequest, ReplyHeaders } from '../exchange.ts'
import { HeldReplies } from '../held-replies.ts'
import type { Encoding } from '../json.ts'
import type { Pieces } from '../pieces.ts'
import { runCommand } from '../run-command.ts'
import { sendPieces } from '../send-pieces.ts'
import { isLarge, weightOf } from '../weight.ts'
import type { Format } from './formats.ts'
import { headersOf } from './headers.ts'
import { CommandUrlError, type ParsedCommand, parseCommand } from './parse.ts'
import { noWishes, type Wishes, wishesOf } from './query.ts'
import { sayError, sayFailure, sayRefusal } from './say.ts'
import {
  showAsJson,
  showAsJsonBody,
  showAsJsonPieces,
  showAsMessagePack,
  showAsMessagePackPieces,
  showAsResp,
  showAsRespPieces,
  showAsValue,
  showAsValuePieces,
} from './show.ts'
import { isSubscription, streamMessages } from './subscribe.ts'

export interface CommandUrlOptions {
  /** What stands before the command: `/redis/` on the server's port, `/` on one of its own. */
  readonly prefix: string
  readonly databases: Databases
  readonly authorize: Authorize
  /** Most words of a command. */
  readonly maxWords: number
  /** Counts large replies on their way; the gateway's styles share it. Default: one of its own. */
  readonly held?: HeldReplies
}

const slash = '/'.charCodeAt(0)
const methods = 'GET, HEAD, POST, PUT, OPTIONS'
const allow: ReplyHeaders = Object.freeze({ Allow: methods })

/** Makes the handler of everything below the prefix. */
export function commandUrls(options: CommandUrlOptions): GatewayHandler {
  const { prefix, maxWords, held = new HeldReplies() } = options
  const bounded = { ...options, held }
  return (request, reply) => {
    let parsed: ParsedCommand
    let wishes: Wishes
    try {
      const { method } = request
      if (method === 'OPTIONS') {
        reply.send(204, allow, '')
        return
      }
      if (method !== 'GET' && method !== 'HEAD' && method !== 'POST' && method !== 'PUT') {
        return sayError(reply, 405, `Commands are sent with ${methods}.`, allow)
      }
      parsed =
        method === 'POST'
          ? parseCommand(request.body.toString('latin1'), beginOf(request.body), maxWords)
          : parseCommand(request.path, prefix.length, maxWords)
      if (method === 'PUT') parsed = { ...parsed, words: [...parsed.words, request.body] }
      wishes = request.query === '' ? noWishes : wishesOf(request.query)
    } catch (error) {
      if (!(error instanceof CommandUrlError)) throw error
      return sayError(reply, 400, error.message)
    }
    return answer(bounded, request, reply, parsed, wishes)
  }
}

/** A body may begin with the slash of a path or without: both name the same command. */
function beginOf(body: Buffer): number {
  return body[0] === slash ? 1 : 0
}

function answer(
  { databases, authorize, held }: CommandUrlOptions & { readonly held: HeldReplies },
  request: GatewayRequest,
  reply: GatewayReply,
  parsed: ParsedCommand,
  wishes: Wishes,
): void | Promise<void> {
  const { words, database } = parsed
  reply.subject = words[0] as string
  const refusal = authorize(request, words)
  if (refusal !== undefined) return sayRefusal(reply, refusal)
  const pool = database === undefined ? databases.main : databases.of(database)
  if (pool === undefined) return sayError(reply, 400, `There is no database ${database} here.`)
  if (isSubscription(words[0] as string)) return streamMessages(pool, request, reply, parsed, wishes)
  runCommand(pool, words, reply, {
    done: (result) => show(request, reply, parsed, wishes, result, held),
    failed: (error) => sayFailure(reply, error),
  })
}

function show(
  request: GatewayRequest,
  reply: GatewayReply,
  parsed: ParsedCommand,
  wishes: Wishes,
  result: Reply,
  held: HeldReplies,
): void | Promise<void> {
  const format = wishes.format ?? parsed.format
  const name = parsed.words[0] as string
  if (result === null && (wishes.isStrict || format.kind === 'value')) {
    sayError(reply, 404, 'There is no value.')
    return
  }
  if (result instanceof ReplyError && result.kind === 'NOPERM') {
    sayError(reply, 403, result.message)
    return
  }
  if (isLarge(result)) return showLarge(request, reply, parsed, wishes, result, held)
  let contentType = format.contentType
  let body: Buffer | string
  switch (format.kind) {
    case 'json':
      if (wishes.callback === undefined) body = showAsJsonBody(name, result, wishes.encoding)
      else {
        body = `${wishes.callback}(${showAsJson(name, result, wishes.encoding)});`
        contentType = 'text/javascript; charset=utf-8'
      }
      break
    case 'raw':
      body = showAsResp(result)
      break
    case 'msg':
      body = showAsMessagePack(name, result)
      break
    case 'value':
      body = showAsValue(result) ?? ''
  }
  const etag = request.method === 'GET' || request.method === 'HEAD' ? etagOf(body, result) : undefined
  if (isMatch(request.header('if-none-match'), etag)) reply.send(304, headersOf(contentType), '', etag)
  else reply.send(200, headersOf(contentType), body, etag)
}

function showLarge(
  request: GatewayRequest,
  reply: GatewayReply,
  { words, format: named }: ParsedCommand,
  wishes: Wishes,
  result: Reply,
  held: HeldReplies,
): Promise<void> {
  const format = wishes.format ?? named
  const callback = format.kind === 'json' ? wishes.callback : undefined
  const contentType = callback === undefined ? format.contentType : 'text/javascript; charset=utf-8'
  const large = {
    headers: headersOf(contentType),
    pieces: piecesOf(words[0] as string, format.kind, callback, wishes.encoding, result),
    weight: weightOf(result),
    hasTag: request.method === 'GET' || request.method === 'HEAD',
    ...(format.kind === 'value' && result instanceof Buffer ? { length: result.length } : {}),
  }
  return sendPieces(request, reply, held, large, (message, headers) => sayError(reply, 503, message, headers))
}

function piecesOf(
  name: string,
  kind: Format['kind'],
  callback: string | undefined,
  encoding: Encoding,
  result: Reply,
): Pieces {
  switch (kind) {
    case 'raw':
      return showAsRespPieces(result)
    case 'msg':
      return showAsMessagePackPieces(name, result)
    case 'value':
      return showAsValuePieces(result)
    case 'json':
      return callback === undefined
        ? showAsJsonPieces(name, result, encoding)
        : wrapped(`${callback}(`, showAsJsonPieces(name, result, encoding), ');')
  }
}

function* wrapped(before: string, pieces: Pieces, behind: string): Generator<string | Buffer> {
  yield before
  yield* pieces
  yield behind
}
