/** The server of a run: at fixed ports, killed at random moments, and started again. */
import { setTimeout as sleep } from 'node:timers/promises'
import { LongwireProcess } from '../chat/longwire-process.ts'
import type { Chance } from './chance.ts'
import type { Violations } from './violations.ts'
import type { Ports } from './wire.ts'

export interface MortalServerOptions {
  readonly ports: Ports
  /** Flags beside the ports. */
  readonly flags: readonly string[]
  /** How long it lives, on the average, once it is ready. */
  readonly lifeMs: number
  readonly chance: Chance
  readonly violations: Violations
}

/** Of the kills, those that come while it still starts. */
const shareAtStart = 0.15
const startMs = 600
const downMs = 500

export class MortalServer {
  kills = 0
  killsAtStart = 0
  readonly #options: MortalServerOptions
  #process: LongwireProcess | undefined

  constructor(options: MortalServerOptions) {
    this.#options = options
  }

  /** Starts it, and waits until it is ready. Rejects with what it said when it ended instead. */
  async start(): Promise<void> {
    await this.#spawn().ready
  }

  /** Kills it and starts it again until the signal. It runs then, and is ready. */
  async run(signal: AbortSignal): Promise<void> {
    const { chance, lifeMs, violations } = this.#options
    const rest = (ms: number) =>
      sleep(ms, undefined, { signal }).catch(() => {
        // The signal: it is the last rest.
      })
    while (!signal.aborted) {
      const process = this.#process
      await Promise.race([rest(chance.between(0, 2 * lifeMs)), process?.ended])
      if (process?.hasEnded === true) {
        violations.add('server', `It ended by itself: ${process.said} ${process.complaints.join(' ')}`)
      }
      if (signal.aborted) return
      await this.kill()
      while (chance.happens(shareAtStart)) {
        const short = this.#spawn()
        await sleep(chance.between(0, startMs))
        this.killsAtStart++
        await this.#kill(short)
      }
      await rest(chance.between(0, downMs))
      await this.start()
    }
  }

  async kill(): Promise<void> {
    if (this.#process === undefined) return
    this.kills++
    await this.#kill(this.#process)
  }

  async #kill(process: LongwireProcess): Promise<void> {
    await process.kill()
    for (const complaint of process.complaints) this.#options.violations.add('server', complaint)
  }

  #spawn(): LongwireProcess {
    const { ports, flags } = this.#options
    this.#process = new LongwireProcess(ports.http, '--tcp-port', String(ports.lines), ...flags)
    return this.#process
  }
}
