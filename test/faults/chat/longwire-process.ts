/** The command in a process of its own, which a test may kill at any moment. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { hasEnded, startChild } from '../../../bench/child-process.ts'

const program = join(import.meta.dirname, '../../../bin/longwire.ts')

/** As pino counts: from here on, something of ours went wrong. */
const errorLevel = 50

export class LongwireProcess {
  /** Resolves when it is ready; rejects, with what it said, when it ended before. */
  readonly ready: Promise<void>
  /** Resolves when it has ended. */
  readonly ended: Promise<unknown>
  /** What it complained of: errors in its log. */
  readonly complaints: string[] = []
  port = 0
  readonly #child: ChildProcess
  #said = ''

  /** Starts it, with rooms in memory unless a folder is named. Port 0 is a free one. */
  constructor(port: number, ...words: string[]) {
    const flags = ['--port', String(port), '--tcp-port', '0', '--log-format', 'json', '--message-rate', '0']
    const store = words.includes('--data') ? [] : ['--store', 'memory']
    const command = { program: process.execPath, args: [program, ...flags, ...store, ...words] }
    this.#child = startChild(command, ['ignore', 'pipe', 'pipe'])
    this.ended = once(this.#child, 'close')
    this.#child.stderr?.on('data', (chunk) => {
      this.#said += chunk
    })
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.ready = promise
    // Whoever does not wait for it is not harmed by its failing.
    promise.catch(() => {})
    createInterface({ input: this.#child.stdout! }).on('line', (line) => this.#hear(line, resolve))
    this.#child.once('close', () => reject(new Error(`It ended: ${this.#said}${this.complaints.join('\n')}`)))
  }

  get hasEnded(): boolean {
    return hasEnded(this.#child)
  }

  /** What it said outside its log, such as why it could not start. */
  get said(): string {
    return this.#said.trim()
  }

  /** Ends it at once, as a power button would. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.ended
  }

  #hear(line: string, ready: () => void): void {
    let entry: { level?: number; msg?: string; addresses?: { http: string } }
    try {
      entry = JSON.parse(line)
    } catch {
      // Cut off in the middle by a kill, or not of the log.
      return
    }
    if (entry.level !== undefined && entry.level >= errorLevel) this.complaints.push(line)
    if (entry.msg !== 'longwire is ready' || entry.addresses === undefined) return
    this.port = Number(new URL(entry.addresses.http).port)
    ready()
  }
}

/** Starts it, and resolves when it is ready. `port` 0 picks a free one. */
export async function startProcess(port: number, ...words: string[]): Promise<LongwireProcess> {
  const started = new LongwireProcess(port, ...words)
  await started.ready
  return started
}
