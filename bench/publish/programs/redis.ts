/**
 * Publishers to Redis streams: XADD, pipelined over as many connections as others have, each publisher its next when its last is
 * answered. Its own few lines of RESP, so that no client library is what is measured.
 */
import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { Meter } from './meter.ts'
import { connectionCount, data, historySize, roomOf, taskArguments } from './task-arguments.ts'

const { rooms, publishers, port, warmupMs, measureMs } = taskArguments()

/** Publishers on one connection. Replies come in the order of the commands. */
class Pipeline {
  readonly #socket: Socket
  readonly #commands: readonly string[]
  readonly #meter: Meter
  /** The publishers that wait for a reply, in order, with when they began. */
  readonly #waiting: { publisher: number; startedMs: number }[] = []
  #first = 0
  #rest = ''
  readonly ended = Promise.withResolvers<void>()

  constructor(socket: Socket, commands: readonly string[], meter: Meter) {
    this.#socket = socket
    this.#commands = commands
    this.#meter = meter
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => this.#take(text))
    socket.on('close', () => fail('redis-server closed a connection'))
  }

  start(): void {
    this.#send(this.#commands.map((_, publisher) => publisher))
  }

  #take(text: string): void {
    // A reply is a bulk string: its length on a line, and the stream's new id on the next.
    const lines = (this.#rest + text).split('\r\n')
    const whole = (lines.length - 1) >> 1
    this.#rest = lines.slice(whole * 2).join('\r\n')
    const nowMs = performance.now()
    const next: number[] = []
    for (let reply = 0; reply < whole; reply++) {
      const length = lines[reply * 2]!
      if (!length.startsWith('$')) fail(`redis-server answered ${length}`)
      const { publisher, startedMs } = this.#waiting[this.#first++]!
      this.#meter.acknowledge(startedMs, nowMs)
      if (!this.#meter.isOver) next.push(publisher)
    }
    if (this.#first > 10_000) {
      this.#waiting.splice(0, this.#first)
      this.#first = 0
    }
    if (next.length > 0) this.#send(next)
    else if (this.#first === this.#waiting.length) this.ended.resolve()
  }

  #send(due: readonly number[]): void {
    const startedMs = performance.now()
    for (const publisher of due) this.#waiting.push({ publisher, startedMs })
    this.#socket.write(due.map((publisher) => this.#commands[publisher]!).join(''))
  }
}

const perConnection = Math.ceil(publishers / connectionCount(publishers))
const sockets: Socket[] = []
const commands: string[][] = []
for (let from = 0; from < publishers; from += perConnection) {
  const socket = createConnection({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  sockets.push(socket)
  const count = Math.min(perConnection, publishers - from)
  commands.push(Array.from({ length: count }, (_, index) => command(roomOf(from + index, rooms))))
}
const meter = new Meter(warmupMs, measureMs)
const pipelines = sockets.map((socket, index) => new Pipeline(socket, commands[index]!, meter))
for (const pipeline of pipelines) pipeline.start()
await Promise.all(pipelines.map(({ ended }) => ended.promise))
meter.finish()
process.exit()

function command(room: string): string {
  const words = ['XADD', room, 'MAXLEN', '~', String(historySize), '*', 'data', data]
  return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`
}

function fail(why: string): never {
  console.error(why)
  process.exit(1)
}
