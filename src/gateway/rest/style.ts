/**
 * The REST style, which clients written for Upstash's REST interface speak: `POST /rest` with
 * `["SET","key","value"]`, `/rest/set/key/value`, `/rest/pipeline`, `/rest/multi-exec` and subscriptions.
 */
import { Buffer } from 'node:buffer'
import { BatchError, ReplyError, TransactionAbortedError } from '../../redis/errors.ts'
import type { RedisPool } from '../../redis/pool.ts'
import type { Reply } from '../../redis/resp/reply.ts'
import type { Access, Visitor } from '../access/access.ts'
import type { CommandWords } from '../authorize.ts'
import type { GatewayHandler, GatewayReply, GatewayRequest, ReplyHeaders } from '../exchange.ts'
import { failureOf } from '../failure.ts'
import { HeldReplies } from '../held-replies.ts'
import { type Pieces, respPieces } from '../pieces.ts'
import { respOf } from '../resp.ts'
import { CommandAnswer } from '../run-command.ts'
import { sendPieces } from '../send-pieces.ts'
import { isLarge, weightOf } from '../weight.ts'
import { streamMonitor } from './monitor.ts'
import { type RestLimits, RestRequestError, type Wish, wishOf } from './request.ts'
import { formatOf, type ResponseFormat } from './response-format.ts'
import { ScriptFlags } from './script-flags.ts'
import { errorOf, outcomeOf, outcomePieces, outcomesPieces } from './show.ts'
import { streamMessages } from './subscription.ts'

export interface RestOptions extends RestLimits {
  /** What stands before the command, without a slash at its end. */
  readonly prefix: string
  readonly access: Access
  /** Where a visitor's commands go. */
  readonly poolOf: (visitor: Visitor) => RedisPool
  /** Told of each command of a pipeline or transaction, for metrics. */
  readonly batched?: (name: string) => void
  /** Counts large replies on their way; the gateway's styles share it. Default: one of its own. */
  readonly held?: HeldReplies
}

const json = Object.freeze({
  'Content-Type': 'application/json',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
})
const resp = Object.freeze({ ...json, 'Content-Type': 'application/octet-stream' })

/** Makes the handler of everything below the prefix. */
export function restStyle(options: RestOptions): GatewayHandler {
  const { access, prefix, held = new HeldReplies() } = options
  const scripts = new ScriptFlags()
  return (request, reply) => {
    const visitor = access.identify(request)
    if ('status' in visitor) return say(reply, visitor.status, visitor.message, visitor.headers)
    reply.user = visitor.name
    let wish: Wish
    let format: ResponseFormat
    try {
      format = formatOf(request)
      wish = wishOf(request, prefix, options)
    } catch (error) {
      if (!(error instanceof RestRequestError)) throw error
      return say(reply, error.status, error.message, error.allow === undefined ? {} : { Allow: error.allow })
    }
    reply.subject = 'commands' in wish ? wish.kind : String(wish.words[0])
    if ('commands' in wish) for (const [name] of wish.commands) options.batched?.(String(name))
    for (const words of 'commands' in wish ? wish.commands : [wish.words]) {
      const refusal = access.check(visitor, words)
      if (refusal !== undefined) return say(reply, refusal.status, refusal.message, refusal.headers)
    }
    return carryOut(options.poolOf(visitor), translated(wish, scripts), format, request, reply, held)
  }
}

/** Replies one behind the other, as a connection to Redis has them. */
function* allRespPieces(replies: readonly Reply[]): Generator<string | Buffer> {
  for (const reply of replies) yield* respPieces(reply)
}

function translated(wish: Wish, scripts: ScriptFlags): Wish {
  if ('commands' in wish) return { ...wish, commands: wish.commands.map((words) => scripts.translate(words)) }
  return wish.kind === 'command' ? { ...wish, words: scripts.translate(wish.words) } : wish
}

function carryOut(
  pool: RedisPool,
  wish: Wish,
  format: ResponseFormat,
  request: GatewayRequest,
  reply: GatewayReply,
  held: HeldReplies,
): void | Promise<void> {
  const sendLarge: SendLarge = (headers, pieces, result) =>
    sendPieces(request, reply, held, { headers, pieces, weight: weightOf(result) }, (message, more) =>
      say(reply, 503, message, more),
    )
  if ('commands' in wish) return runTogether(pool, wish, format, reply, sendLarge)
  if (wish.kind !== 'command') return stream(pool, wish, reply)
  new RestAnswer(reply, format, sendLarge).run(pool, sendable(wish.words))
}

/** One command's reply, as the request wants it. */
class RestAnswer extends CommandAnswer {
  readonly #format: ResponseFormat
  readonly #sendLarge: SendLarge

  constructor(reply: GatewayReply, format: ResponseFormat, sendLarge: SendLarge) {
    super(reply)
    this.#format = format
    this.#sendLarge = sendLarge
  }

  protected done(result: Reply): void | Promise<void> {
    if (result instanceof ReplyError) return sayFailure(this.reply, result)
    const { isResp, encoding } = this.#format
    if (isLarge(result)) {
      const pieces = isResp ? respPieces(result) : outcomePieces(result, encoding)
      return this.#sendLarge(isResp ? resp : json, pieces, result)
    }
    if (isResp) this.reply.send(200, resp, respOf(result))
    else this.reply.send(200, json, outcomeOf(result, encoding))
  }

  protected failed(error: unknown): void {
    sayFailure(this.reply, error)
  }
}

type SendLarge = (headers: ReplyHeaders, pieces: Pieces, result: Reply) => Promise<void>

/** A pipeline or a transaction. */
async function runTogether(
  pool: RedisPool,
  { kind, commands }: Extract<Wish, { readonly commands: unknown }>,
  { isResp, encoding }: ResponseFormat,
  reply: GatewayReply,
  sendLarge: SendLarge,
): Promise<void> {
  try {
    const client = pool.with({ buffers: 'data', signal: reply.closed })
    const results = await repliesOf(() =>
      kind === 'pipeline'
        ? client.pipeline((batch) => commands.map((words) => batch.command(...sendable(words))))
        : client.transaction((batch) => commands.map((words) => batch.command(...sendable(words)))),
    )
    const all = [...results]
    if (isResp && kind === 'pipeline') {
      if (isLarge(all)) return await sendLarge(resp, allRespPieces(all), all)
      return reply.send(200, resp, Buffer.concat(all.map(respOf)))
    }
    if (isLarge(all)) return await sendLarge(json, outcomesPieces(all, encoding), all)
    return reply.send(200, json, `[${results.map((result) => outcomeOf(result, encoding)).join(',')}]`)
  } catch (error) {
    sayFailure(reply, error)
  }
}

/** Messages of channels, or what MONITOR tells. */
async function stream(
  pool: RedisPool,
  { kind, words }: Exclude<Wish, { readonly commands: unknown }>,
  reply: GatewayReply,
): Promise<void> {
  try {
    if (kind === 'monitor')
      await streamMonitor(pool, reply, (message, more) => say(reply, 429, message, more))
    else if (kind !== 'command') await streamMessages(pool, kind, words, reply)
  } catch (error) {
    if (!reply.closed.aborted) sayFailure(reply, error)
  }
}

/** The replies, the server's errors among them. */
async function repliesOf(send: () => Promise<Reply[]>): Promise<readonly Reply[]> {
  try {
    return await send()
  } catch (error) {
    if (error instanceof BatchError) return error.results
    throw error
  }
}

function sendable(words: CommandWords): [string, ...(string | Buffer)[]] {
  return [String(words[0]), ...words.slice(1)]
}

function sayFailure(reply: GatewayReply, error: unknown): void {
  if (error instanceof ReplyError) say(reply, error.kind === 'NOPERM' ? 403 : 400, error.message)
  else if (error instanceof RestRequestError) say(reply, error.status, error.message)
  else if (error instanceof TransactionAbortedError) say(reply, 400, error.message)
  else if (error instanceof Error && error.name === 'AbortError') say(reply, 503, 'The client has left.')
  else {
    const failure = failureOf(error)
    if (failure === undefined) throw error
    say(reply, failure.status, failure.message, failure.headers)
  }
}

function say(reply: GatewayReply, status: number, message: string, headers: ReplyHeaders = {}): void {
  reply.send(status, { ...json, ...headers }, errorOf(message))
}
