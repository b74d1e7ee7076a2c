/**
 * Keeps the page connected: enters, notices when the line is dead, waits with back-off and jitter, and enters
 * again. It knows nothing of rooms or messages; whoever owns it says under which name and where to enter.
 */
import { backoffMs } from './backoff.ts'
import type { Clock } from './clock.ts'
import type { ConnectionState } from './connection-state.ts'
import { endingSentence, mayReturn } from './ending.ts'
import type { Line, LineEnding, LineEvent, Passport, TokenProblem, Transport } from './transport.ts'

/** What a connection leans on. */
export interface ConnectionParts {
  readonly transport: Transport
  readonly clock: Clock
  /** Numbers from 0 up to 1, 1 excluded. */
  readonly random: () => number
  /** Whether the device says that it has a network. */
  readonly isOnline: () => boolean
  /** Asked at each attempt. */
  readonly passport: () => Passport
  readonly onState: (state: ConnectionState) => void
  readonly onEvent: (event: LineEvent) => void
}

/** From dialling to the welcome. Longer than a slow mobile network takes. */
export const welcomeDeadlineMs = 10_000
/** How often the rooms are asked for; the answer also proves the line alive. */
export const heartbeatMs = 20_000
/** How long that answer, or anything else, may take. */
export const answerDeadlineMs = 10_000
/** A line that lasted this long was a good one: the next wait is short again. */
const goodAfterMs = 10_000
/** What a moderator decides that ends the line. */
const partings: ReadonlySet<string> = new Set(['kicked', 'banned'])

export class Connection {
  readonly #parts: ConnectionParts
  #state: ConnectionState = { kind: 'connecting', after: undefined }
  #line: Line | undefined
  #failures = 0
  #lastReason: string | undefined
  #isHeardSinceAsked = false
  /** What a moderator said before the line ended. */
  #farewell: string | undefined
  /** What the server said of our token before the line ended. */
  #problem: TokenProblem | undefined
  #cancelTimer = () => {}
  #cancelGood = () => {}

  constructor(parts: ConnectionParts) {
    this.#parts = parts
  }

  /** The line, where there is one on which something can be sent. */
  get line(): Line | undefined {
    return this.#state.kind === 'connected' ? this.#line : undefined
  }

  /** Enters for the first time. */
  start(): void {
    this.#attempt()
  }

  /** Enters now instead of later. Does nothing while an attempt or a line is there. */
  tryNow(): void {
    if (this.#line === undefined) this.#attempt()
  }

  /** The page is seen again, or the network is back: a wait ends, and a line must prove that it lives. */
  wake(): void {
    if (this.#state.kind === 'waiting' || this.#state.kind === 'offline') this.#attempt()
    else if (this.#state.kind === 'connected') this.#ask()
  }

  /** The device has lost its network: there is no sense in waiting for a time; a line must prove that it lives. */
  networkLost(): void {
    if (this.#state.kind === 'waiting') this.#rest(this.#state.reason)
    else if (this.#state.kind === 'connected') this.#ask()
  }

  /** Ends the line and all timers. */
  stop(): void {
    this.#drop()
  }

  #attempt(): void {
    this.#drop()
    this.#farewell = undefined
    this.#problem = undefined
    this.#set({ kind: 'connecting', after: this.#lastReason })
    const { transport, clock, passport } = this.#parts
    const line = transport.connect(passport(), {
      event: (event) => {
        if (this.#line === line) this.#heard(event)
      },
      ended: (ending) => {
        if (this.#line === line) this.#ended(ending)
      },
    })
    this.#line = line
    this.#cancelTimer = clock.after(welcomeDeadlineMs, () => this.#lost('The server did not answer in time.'))
  }

  #heard(event: LineEvent): void {
    const { clock } = this.#parts
    this.#isHeardSinceAsked = true
    if (event.kind === 'moderated' && partings.has(event.notice.code)) this.#farewell = event.notice.message
    if (event.kind === 'token-wanted') this.#problem = event.problem
    if (event.kind === 'welcome') {
      this.#set({ kind: 'connected' })
      this.#cancelGood = clock.after(goodAfterMs, () => {
        this.#failures = 0
      })
    }
    this.#parts.onEvent(event)
    if (event.kind === 'welcome') this.#ask()
  }

  /** Asks for the rooms, and gives up the line if nothing at all is heard until the deadline. */
  #ask(): void {
    const { clock } = this.#parts
    this.#cancelTimer()
    this.#isHeardSinceAsked = false
    this.#line?.askRooms()
    this.#cancelTimer = clock.after(answerDeadlineMs, () => {
      if (!this.#isHeardSinceAsked) return this.#lost('The server stopped answering.')
      this.#cancelTimer = clock.after(heartbeatMs - answerDeadlineMs, () => this.#ask())
    })
  }

  #ended(ending: LineEnding): void {
    const sentence = endingSentence(ending)
    if (this.#problem !== undefined) this.#stopFor(this.#problem)
    else if (mayReturn(ending)) this.#lost(sentence)
    // A close frame holds less than a moderator may have to say.
    else this.#turnedAway(this.#farewell ?? sentence)
  }

  /** Coming back by ourselves would only bring the same answer. */
  #stopFor(problem: TokenProblem): void {
    this.#drop()
    this.#lastReason = undefined
    this.#set({ kind: 'token-wanted', problem })
  }

  #turnedAway(reason: string): void {
    this.#drop()
    this.#lastReason = reason
    this.#set({ kind: 'stopped', reason })
  }

  #lost(reason: string): void {
    this.#drop()
    this.#failures += 1
    this.#lastReason = reason
    const { clock, random, isOnline } = this.#parts
    if (!isOnline()) {
      this.#rest(reason)
      return
    }
    const delayMs = backoffMs(this.#failures, random)
    this.#set({ kind: 'waiting', retryAt: clock.now() + delayMs, reason })
    this.#cancelTimer = clock.after(delayMs, () => this.#attempt())
  }

  #rest(reason: string): void {
    this.#drop()
    this.#set({ kind: 'offline', reason })
  }

  #drop(): void {
    this.#cancelTimer()
    this.#cancelGood()
    this.#line?.hangUp()
    this.#line = undefined
  }

  #set(state: ConnectionState): void {
    this.#state = state
    this.#parts.onState(state)
  }
}
