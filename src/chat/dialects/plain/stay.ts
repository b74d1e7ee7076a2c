/** How long a person may stay: until their token runs out, or, before they have shown one, as long as it takes to find it. */
import { lineFormat } from './formats.ts'
import { notice } from './reply.ts'
import type { PlainSession } from './session.ts'

/** How long whoever needs a token may take to say it. Somebody has to find and paste it. */
const loginDeadlineMs = 120_000
/** How long before its end somebody is told that their token runs out. */
const noticeMs = 60_000

export const tokenRequired = notice(
  'token-required',
  'A token is needed here. Say it like this: /login TOKEN',
)
const expired = notice('token-expired', 'The token has run out.')
const expiring = notice(
  'token-expiring',
  'Your token runs out in a minute. Say a new one to stay: /login TOKEN',
)

export class Stay {
  readonly #session: PlainSession
  readonly #now: () => number
  #cancelTimers: (() => void)[] = []

  /** `now`: milliseconds since the Unix epoch. */
  constructor(session: PlainSession, now: () => number) {
    this.#session = session
    this.#now = now
  }

  /** The person has to say a token by and by. */
  untilLogin(): void {
    this.#session.reply(tokenRequired)
    this.end()
    const { connection } = this.#session
    const late = `No token was said within ${loginDeadlineMs / 1000} s.`
    this.#cancelTimers.push(
      connection.after(loginDeadlineMs, () => connection.close('handshake-deadline', late)),
    )
  }

  /** The connection ends then, unless somebody says a new token before; `undefined`: it has no end. */
  until(expiresAt: number | undefined): void {
    this.end()
    if (expiresAt === undefined) return
    const { connection } = this.#session
    const delayMs = Math.max(0, expiresAt - this.#now())
    this.#cancelTimers.push(connection.after(delayMs, () => this.#expire()))
    if (delayMs > noticeMs) {
      this.#cancelTimers.push(connection.after(delayMs - noticeMs, () => this.#session.reply(expiring)))
    }
  }

  /** Nothing ends it any more. */
  end(): void {
    for (const cancel of this.#cancelTimers) cancel()
    this.#cancelTimers = []
  }

  #expire(): void {
    const { connection, format } = this.#session
    // Lines say goodbye with the same words.
    if (format !== lineFormat) this.#session.reply(expired)
    connection.close('expired', expired.lines[0])
  }
}
