/**
 * Calls to the back end: one signed POST each, answered with JSON within a time-out, a bound on how many are under way,
 * and a pause for a back end that is down. Connections are kept alive by Node's own `fetch`, which verifies certificates.
 */
import { Buffer } from 'node:buffer'
import { randomUUID } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { systemClock } from '../../connection/clock.ts'
import { version } from '../../connection/version.ts'
import { parseExactly } from '../../transports/exact-json.ts'
import { CircuitBreaker } from './breaker.ts'
import type { WebhookCounts } from './counts.ts'
import { WebhookError, type WebhookErrorCode } from './errors.ts'
import type { WebhookSigner } from './signature.ts'
import { Slots } from './slots.ts'

export interface CallerOptions {
  readonly signer: WebhookSigner
  readonly counts: WebhookCounts
  /** From the wish to call to the last byte of the answer. */
  readonly timeoutMs: number
  readonly concurrentCalls: number
  readonly answerBytes: number
}

/** What is called. */
export interface Hook {
  /** `connect`, `publish`, …: in metrics, and the first word of each call's id. */
  readonly name: string
  readonly url: string
}

/** Calls that may wait for each that may be under way. After a restart all clients connect at once. */
const waitingForEach = 64

export class WebhookCaller {
  readonly #options: CallerOptions
  readonly #slots: Slots
  readonly #breakers = new Map<string, CircuitBreaker>()
  readonly #underWay = new Set<AbortController>()

  constructor(options: CallerOptions) {
    this.#options = options
    this.#slots = new Slots(options.concurrentCalls, options.concurrentCalls * waitingForEach)
  }

  /** How many are under way, and how many wait. */
  get load(): { readonly underWay: number; readonly waiting: number } {
    return { underWay: this.#slots.taken, waiting: this.#slots.waiting }
  }

  /** Whether a hook's back end is left alone for now. */
  isPaused({ url }: Hook): boolean {
    return this.#breakers.get(url)?.isOpen === true
  }

  /** The answer, any JSON. `id` is new for each call that is not a repetition. Rejects with {@link WebhookError}. */
  async call(
    hook: Hook,
    body: object,
    headers: Readonly<Record<string, string>> = {},
    id = `${hook.name}_${randomUUID()}`,
  ): Promise<unknown> {
    const { counts, timeoutMs } = this.#options
    const startedAt = performance.now()
    const abort = new AbortController()
    const cancel = systemClock.after(timeoutMs, () =>
      abort.abort(new WebhookError('TIMEOUT', `There was no answer within ${timeoutMs} ms.`)),
    )
    this.#underWay.add(abort)
    let code: WebhookErrorCode | undefined
    try {
      return await this.#guarded(hook, abort.signal, () =>
        this.#send(hook, JSON.stringify(body), headers, id, abort.signal),
      )
    } catch (error) {
      code = (error as WebhookError).code
      throw error
    } finally {
      cancel()
      this.#underWay.delete(abort)
      counts.note(hook.name, code, performance.now() - startedAt)
    }
  }

  /** Ends what is under way. */
  close(): void {
    for (const abort of this.#underWay) abort.abort(new WebhookError('UNREACHABLE', 'This server is ending.'))
  }

  async #guarded(hook: Hook, signal: AbortSignal, send: () => Promise<unknown>): Promise<unknown> {
    const breaker = this.#breakerOf(hook)
    if (!breaker.mayTry())
      throw new WebhookError('PAUSED', 'The back end failed before, and is not asked for a while.')
    let release: () => void
    try {
      release = await this.#slots.take(signal)
    } catch (error) {
      breaker.abandoned()
      throw error
    }
    try {
      const answer = await send()
      breaker.succeeded()
      return answer
    } catch (error) {
      const failure = failureOf(error, signal)
      if (failure.isDown) breaker.failed()
      else breaker.succeeded()
      throw failure
    } finally {
      release()
    }
  }

  async #send(
    { url }: Hook,
    body: string,
    headers: Readonly<Record<string, string>>,
    id: string,
    signal: AbortSignal,
  ): Promise<unknown> {
    const { signer, answerBytes } = this.#options
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        ...headers,
        'content-type': 'application/json',
        'user-agent': `longwire/${version}`,
        ...signer.headersOf(id, body, Date.now()),
      },
      body,
      redirect: 'manual',
      signal,
    })
    try {
      checkStatus(response, url)
      return parse(await textOf(response, answerBytes))
    } finally {
      // What is not read would hold the connection.
      if (!response.bodyUsed) await response.body?.cancel()
    }
  }

  #breakerOf({ url }: Hook): CircuitBreaker {
    let breaker = this.#breakers.get(url)
    if (breaker === undefined) {
      breaker = new CircuitBreaker()
      this.#breakers.set(url, breaker)
    }
    return breaker
  }
}

function checkStatus({ status, ok }: Response, url: string): void {
  if (ok) return
  // Its query may hold a secret, and this is logged.
  const { origin, pathname } = new URL(url)
  const shown = origin + pathname
  if (status >= 300 && status < 400) {
    throw new WebhookError('REDIRECT', `${shown} answered ${status}, and redirects are not followed.`)
  }
  const isAway = [429, 502, 503, 504].includes(status)
  throw new WebhookError(isAway ? 'UNAVAILABLE' : 'STATUS', `${shown} answered ${status}.`)
}

async function textOf({ body }: Response, limit: number): Promise<string> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of body ?? []) {
    bytes += part.byteLength
    // Leaving the loop ends the connection.
    if (bytes > limit)
      throw new WebhookError('TOO_LARGE', `The answer is larger than the limit of ${limit} bytes.`)
    parts.push(part)
  }
  return Buffer.concat(parts).toString()
}

function parse(text: string): unknown {
  try {
    return parseExactly(text)
  } catch (error) {
    throw new WebhookError('GARBAGE', `The answer is no JSON: ${(error as Error).message}`)
  }
}

function failureOf(error: unknown, signal: AbortSignal): WebhookError {
  if (error instanceof WebhookError) return error
  if (signal.reason instanceof WebhookError) return signal.reason
  const { message, cause } = error as Error
  const reason = cause instanceof Error && cause.message !== '' ? cause.message : message
  return new WebhookError('UNREACHABLE', `The back end cannot be reached: ${reason}`, { cause: error })
}
