/**
 * The command-URL style: `GET /COMMAND/arg0/…/argN[.ext]`, `POST /` with the same as its body, `PUT /COMMAND/…`
 * with the last argument as its body. One command a request, on the shared pool; docs/gateway.md has the rules.
 */
import { Buffer } from 'node:buffer'
import { ReplyError } from '../../redis/errors.ts'
import type { Reply } from '../../redis/resp/reply.ts'
import type { Authorize } from '../authorize.ts'
import type { Databases } from '../databases.ts'
import { etagOf, hashTagOf, isMatch } from '../etag.ts'
import type { GatewayHandler, GatewayReply, GatewayRequest, ReplyHeaders } from '../exchange.ts'
import { HeldReplies } from '../held-replies.ts'
import type { Encoding } from '../json.ts'
import type { Pieces } from '../pieces.ts'
import { CommandAnswer } from '../run-command.ts'
import { sendPieces } from '../send-pieces.ts'
import { isLarge, weightOf } from '../weight.ts'
import type { Format } from './formats.ts'
import { headersOf } from './headers.ts'
import { CommandUrlError, type ParsedCommand, parseCommand } from './parse.ts'
import { type PlainJson, plainJson, plainJsonOfText } from './plain-json.ts'
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
  new UrlAnswer(request, reply, parsed, wishes, held).run(pool, words)
}

/** The reply to one command, in the format that its URL names. */
class UrlAnswer extends CommandAnswer {
  readonly #request: GatewayRequest
  readonly #parsed: ParsedCommand
  readonly #wishes: Wishes
  readonly #held: HeldReplies

  constructor(
    request: GatewayRequest,
    reply: GatewayReply,
    parsed: ParsedCommand,
    wishes: Wishes,
    held: HeldReplies,
  ) {
    super(reply)
    this.#request = request
    this.#parsed = parsed
    this.#wishes = wishes
    this.#held = held
  }

  /** Hot path: once for each value that is short. */
  resolveText(text: string): void {
    const { format, words } = this.#parsed
    const isJson = this.#wishes === noWishes && format.kind === 'json'
    const plain = isJson ? plainJsonOfText(words[0] as string, text) : undefined
    if (plain === undefined) {
      this.resolve(Buffer.from(text, 'latin1'))
      return
    }
    try {
      this.#sendPlain(format.contentType, plain)
    } catch (error) {
      this.reply.fail(error)
    }
  }

  protected done(result: Reply): void | Promise<void> {
    const { reply } = this
    const wishes = this.#wishes
    const format = wishes.format ?? this.#parsed.format
    const name = this.#parsed.words[0] as string
    if (result === null && (wishes.isStrict || format.kind === 'value')) {
      return sayError(reply, 404, 'There is no value.')
    }
    if (result instanceof ReplyError && result.kind === 'NOPERM') {
      return sayError(reply, 403, result.message)
    }
    if (isLarge(result)) return this.#sendLarge(name, format, result)
    const contentType = contentTypeOf(format, wishes)
    if (format.kind === 'json' && wishes === noWishes) {
      const plain = plainJson(name, result)
      if (plain !== undefined) return this.#sendPlain(contentType, plain)
    }
    const body = showAs(format, name, result, wishes)
    this.#send(contentType, body, this.#isTagged ? etagOf(body, result) : undefined)
  }

  protected failed(error: unknown): void {
    sayFailure(this.reply, error)
  }

  get #isTagged(): boolean {
    const { method } = this.#request
    return method === 'GET' || method === 'HEAD'
  }

  #sendPlain(contentType: string, { body, etag, value = body }: PlainJson): void {
    this.#send(contentType, body, this.#isTagged ? (etag ?? hashTagOf(value)) : undefined, body.length)
  }

  #send(contentType: string, body: Buffer | string, etag: string | undefined, bodyBytes?: number): void {
    const headers = headersOf(contentType)
    const isKnown = isMatch(this.#request.ifNoneMatch, etag)
    if (isKnown) this.reply.send(304, headers, '', etag)
    else this.reply.send(200, headers, body, etag, bodyBytes)
  }

  #sendLarge(name: string, format: Format, result: Reply): Promise<void> {
    const { callback, encoding } = this.#wishes
    const large = {
      headers: headersOf(contentTypeOf(format, this.#wishes)),
      pieces: piecesOf(name, format.kind, callback, encoding, result),
      weight: weightOf(result),
      hasTag: this.#isTagged,
      ...(format.kind === 'value' && result instanceof Buffer ? { length: result.length } : {}),
    }
    return sendPieces(this.#request, this.reply, this.#held, large, (message, headers) =>
      sayError(this.reply, 503, message, headers),
    )
  }
}

function contentTypeOf({ kind, contentType }: Format, { callback }: Wishes): string {
  return kind === 'json' && callback !== undefined ? 'text/javascript; charset=utf-8' : contentType
}

function showAs(
  { kind }: Format,
  name: string,
  result: Reply,
  { callback, encoding }: Wishes,
): Buffer | string {
  switch (kind) {
    case 'json':
      return callback === undefined
        ? showAsJsonBody(name, result, encoding)
        : `${callback}(${showAsJson(name, result, encoding)});`
    case 'raw':
      return showAsResp(result)
    case 'msg':
      return showAsMessagePack(name, result)
    case 'value':
      return showAsValue(result) ?? ''
  }
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
