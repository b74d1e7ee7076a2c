/** A server in a process of its own, which a test may kill. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const program = join(import.meta.dirname, '../../../bin/longwire.ts')

export interface LongwireProcess {
  readonly port: number
  /** Ends it at once, as a power button would. */
  kill(): Promise<void>
}

/** Starts it, and resolves when it is ready. `port` 0 picks a free one. */
export async function startProcess(port: number, ...words: string[]): Promise<LongwireProcess> {
  const flags = ['--port', String(port), '--tcp-port', '0', '--log-format', 'json', '--message-rate', '0']
  const store = words.includes('--data') ? [] : ['--store', 'memory']
  const child = spawn(process.execPath, [program, ...flags, ...store, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const url = await addressOf(child)
  return {
    port: Number(new URL(url).port),
    kill: async () => {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    const hear = (chunk: Buffer): void => {
      said += chunk.toString()
      const address = /"http":"([^"]+)"/.exec(said)?.[1]
      if (address !== undefined) resolve(address)
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.once('exit', () => reject(new Error(`It ended: ${said}`)))
  })
}
