/**
 * A console block run as what it is, one terminal: a command that ends in `&` goes on beside the ones after it, and
 * what it prints then is seen below them, as the page shows it.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { vi } from 'vitest'
import { asShown, type ConsoleExample, hereOf } from './console-examples.ts'

/** A process for each command takes its time on a busy machine. */
const patienceMs = 15_000

export interface TerminalOptions {
  /** Where what listens at a port of the page listens here. */
  readonly ports: Readonly<Record<number, number>>
  readonly environment: Readonly<Record<string, string>>
}

export class Terminal implements AsyncDisposable {
  readonly #options: TerminalOptions
  readonly #running = new Set<ChildProcess>()
  #printed = ''

  constructor(options: TerminalOptions) {
    this.#options = options
  }

  /** What is printed from a command on until as much has come as the page shows, in the words of the page. */
  async shownBy(example: ConsoleExample): Promise<string> {
    this.#printed = ''
    const isBeside = example.command.endsWith(' &')
    const command = hereOf(example.command.replace(/ &$/, ''), this.#options.ports)
    const child = this.#start(command)
    if (!isBeside) await once(child, 'close')
    const expected = linesOf(example.shown)
    await vi
      .waitFor(
        () => {
          if (linesOf(this.#printed) < expected) throw new Error('More is to come.')
        },
        { timeout: patienceMs, interval: 10 },
      )
      // Then the page is compared with what has come.
      .catch(() => undefined)
    return asShown(this.#printed, example.shown)
  }

  /** Ends what still runs, as closing a terminal does. */
  async [Symbol.asyncDispose](): Promise<void> {
    const ends = [...this.#running].map((child) => once(child, 'close'))
    for (const { pid, exitCode, signalCode } of this.#running) {
      if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid)
    }
    await Promise.all(ends)
  }

  #start(command: string): ChildProcess {
    const child = spawn('sh', ['-c', command], {
      // A group of its own, so that its end is the end of all that it started.
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...this.#options.environment },
    })
    this.#running.add(child)
    child.once('close', () => this.#running.delete(child))
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#printed += text
    })
    return child
  }
}

function linesOf(text: string): number {
  return text.split('\n').filter((line) => line.trim() !== '').length
}
