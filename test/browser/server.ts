/** A Longwire server in a process of its own, which a test may kill, drain, freeze and start again. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { buildPageIfChanged } from '../../scripts/page.mjs'
import { projectRoot } from '../../scripts/paths.mjs'

export class Server {
  readonly url: string
  readonly #child: ChildProcess

  private constructor(url: string, child: ChildProcess) {
    this.url = url
    this.#child = child
  }

  /** Starts one with the page as it is in this checkout. Port 0 takes a free one; `more` are flags beside the usual. */
  static async start(port = 0, more: readonly string[] = []): Promise<Server> {
    await buildPageIfChanged()
    const flags = [
      '--port',
      String(port),
      '--tcp-port',
      '0',
      '--log-format',
      'json',
      '--message-rate',
      '0',
      ...(more.includes('--data') ? [] : ['--store', 'memory']),
      ...more,
    ]
    const child = spawn(process.execPath, [join(projectRoot, 'bin/longwire.ts'), ...flags], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let complaints = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaints += text
    })
    for await (const line of createInterface(child.stdout)) {
      const entry: { msg?: unknown; addresses?: { http?: unknown } } = JSON.parse(line)
      if (entry.msg !== 'longwire is ready') continue
      child.stdout.resume()
      return new Server(String(entry.addresses?.http), child)
    }
    throw new Error(`The server ended before it was ready. ${complaints}`)
  }

  get port(): number {
    return Number(new URL(this.url).port)
  }

  /** Ends it as a crash would: nobody is told. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** Ends it in order: everybody is told. */
  async drain(): Promise<void> {
    await this.#end('SIGTERM')
  }

  /** Stops it in its tracks, as an overloaded machine would: connections stay, nothing is answered. */
  freeze(): void {
    this.#child.kill('SIGSTOP')
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exit = once(this.#child, 'exit')
    this.#child.kill(signal)
    await exit
  }
}
