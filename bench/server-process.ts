/**
 * A server that a bench measures: started, awaited until it says where it listens, and stopped at the end.
 *
 * What it prints goes to a file, because reading a pipe would take time from what is measured.
 */
import type { ChildProcess } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { BenchError } from './bench-error.ts'
import { cacheFolder } from './cache.ts'
import { hasEnded, killChild, startChild, stopChild } from './child-process.ts'
import { type Command, commandLine } from './command.ts'

const readyDeadlineMs = 15_000
const pollMs = 20
const stopPatienceMs = 2_000
/** How much of its output a failure shows. */
const shownLines = 5

export class ServerProcess implements AsyncDisposable {
  readonly name: string
  readonly address: URL
  readonly pid: number
  readonly #child: ChildProcess
  readonly #logFile: string

  private constructor(name: string, address: URL, pid: number, child: ChildProcess, logFile: string) {
    this.name = name
    this.address = address
    this.pid = pid
    this.#child = child
    this.#logFile = logFile
  }

  /**
   * Starts a server.
   *
   * @param addressIn finds the address in a line of its output, if that line has it
   * @throws BenchError `server-failed`
   */
  static async start(
    name: string,
    command: Command,
    addressIn: (line: string) => URL | undefined,
  ): Promise<ServerProcess> {
    const logFolder = join(cacheFolder(), 'logs')
    mkdirSync(logFolder, { recursive: true })
    const logFile = join(logFolder, `${name}.log`)
    const log = openSync(logFile, 'w')
    const child = startChild(command, ['ignore', log, log])
    closeSync(log)
    let startError: Error | undefined
    child.once('error', (error) => {
      startError = error
    })
    const deadline = performance.now() + readyDeadlineMs
    for (;;) {
      const address = wholeLines(logFile).map(addressIn).find(Boolean)
      if (address !== undefined && child.pid !== undefined) {
        return new ServerProcess(name, address, child.pid, child, logFile)
      }
      if (startError !== undefined) {
        throw new BenchError('server-failed', `${commandLine(command)}: ${startError.message}`)
      }
      if (hasEnded(child)) {
        throw new BenchError('server-failed', `${name} ended at its start: ${lastLines(logFile)}`)
      }
      if (performance.now() > deadline) {
        await stopChild(child, stopPatienceMs)
        throw new BenchError(
          'server-failed',
          `${name} did not say where it listens within ${readyDeadlineMs / 1_000} s: ${lastLines(logFile)}`,
        )
      }
      await sleep(pollMs)
    }
  }

  /**
   * Checks that the server still runs.
   *
   * @throws BenchError `server-failed`
   */
  requireRunning(): void {
    if (!hasEnded(this.#child)) return
    const how = this.#child.signalCode ?? `exit code ${this.#child.exitCode}`
    throw new BenchError(
      'server-failed',
      `${this.name} ended by itself (${how}): ${lastLines(this.#logFile)}`,
    )
  }

  /** Ends it as a crash would, and waits until it has ended. */
  async kill(): Promise<void> {
    await killChild(this.#child)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await stopChild(this.#child, stopPatienceMs)
  }
}

function wholeLines(logFile: string): string[] {
  return readFileSync(logFile, 'utf8').split('\n').slice(0, -1)
}

function lastLines(logFile: string): string {
  const lines = readFileSync(logFile, 'utf8').trim().split('\n').slice(-shownLines).join(' | ')
  return lines === '' ? 'it printed nothing' : lines
}
