/** A real redis-server of the test's own: on a free port, in a folder of its own, stopped with the test. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createConnection, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ReplyDecoder } from '../../../src/redis/resp/decoder.ts'
import { type CommandArguments, encodeCommand } from '../../../src/redis/resp/encoder.ts'
import type { Reply } from '../../../src/redis/resp/reply.ts'

export class RedisServer implements AsyncDisposable {
  readonly port: number
  readonly folder: string
  /** Read before the words of the command line; a sentinel needs one. */
  configFile: string | undefined
  readonly #words: readonly string[]
  #process: ChildProcess | undefined

  constructor(port: number, folder: string, words: readonly string[]) {
    this.port = port
    this.folder = folder
    this.#words = words
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  get pid(): number {
    return this.#process!.pid!
  }

  get isRunning(): boolean {
    return this.#process !== undefined
  }

  /** Starts (again, on the same port and with the same data). Returns once it answers. */
  async start(...more: string[]): Promise<void> {
    const started = spawn(
      'redis-server',
      [
        ...(this.configFile === undefined ? [] : [this.configFile]),
        '--port',
        String(this.port),
        '--dir',
        this.folder,
        '--save',
        '',
        '--bind',
        '127.0.0.1',
        ...this.#words,
        ...more,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    this.#process = started
    let log = ''
    await new Promise<void>((resolve, reject) => {
      started.once('error', reject)
      started.once('exit', (code) => reject(new Error(`redis-server ended with ${code}:\n${log}`)))
      started.stdout!.on('data', (text: Buffer) => {
        log = (log + text.toString()).slice(-10_000)
        if (/Ready to accept connections|Sentinel ID is/i.test(log)) resolve()
      })
    })
  }

  /** Ends it as the signal does, and waits until it is gone. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGKILL'): Promise<void> {
    const running = this.#process
    if (running === undefined) return
    this.#process = undefined
    if (running.exitCode !== null || running.signalCode !== null) return
    const ended = once(running, 'exit')
    running.kill(signal)
    await ended
  }

  /** Stops it in mid-air: connections stay open and nothing answers. */
  freeze(): void {
    this.#process?.kill('SIGSTOP')
  }

  thaw(): void {
    this.#process?.kill('SIGCONT')
  }

  /** One command over a connection of its own, past what is tested. Errors are given as values. */
  async command(...command: CommandArguments): Promise<Reply> {
    const [reply] = await askServer(this.port, [command])
    return reply!
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.thaw()
    await this.stop()
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** Starts a server with these words on its command line. */
export async function startRedis(...words: string[]): Promise<RedisServer> {
  for (let attempt = 1; ; attempt++) {
    const server = new RedisServer(await freePort(), await mkdtemp(join(tmpdir(), 'longwire-redis-')), words)
    try {
      await server.start()
      return server
    } catch (error) {
      await server[Symbol.asyncDispose]()
      // Somebody else may have taken the port in between.
      if (attempt === 3) throw error
    }
  }
}

/** Sends commands over one connection and gives their replies. */
export function askServer(port: number, commands: readonly CommandArguments[]): Promise<Reply[]> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(port, '127.0.0.1')
    const decoder = new ReplyDecoder()
    const replies: Reply[] = []
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('The server closed the connection.')))
    socket.on('data', (chunk) => {
      decoder.push(chunk)
      for (let reply = decoder.next(); reply !== undefined; reply = decoder.next())
        replies.push(reply as Reply)
      if (replies.length < commands.length) return
      resolve(replies)
      socket.destroy()
    })
    for (const command of commands) socket.write(encodeCommand(command))
  })
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** Waits until something is so, looking again and again; fails after `limitMs`. */
export async function until(condition: () => boolean | Promise<boolean>, limitMs = 10_000): Promise<void> {
  const endsAt = performance.now() + limitMs
  while (!(await condition())) {
    if (performance.now() > endsAt) throw new Error(`It was not so within ${limitMs} ms: ${condition}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
