/**
 * Clients of the Centrifuge dialect over WebSocket, each with several publishers: each publishes its next when its last is
 * acknowledged. In the end the rooms are asked how many publications they have taken: as many as were acknowledged.
 */
import { WebSocketClient } from '../../websocket-client.ts'
import { Meter } from './meter.ts'
import { connectionCount, data, roomOf, taskArguments } from './task-arguments.ts'

const { rooms, publishers, port, warmupMs, measureMs } = taskArguments()

/** A connection. Its publishers are numbered among those of all. */
class Client {
  readonly #socket: WebSocketClient
  readonly #commands: readonly string[]
  /** Who waits for the reply with this id, and since when. */
  readonly #waiting = new Map<number, { publisher: number; startedMs: number }>()
  #lastId = 0
  #meter: Meter | undefined
  #answered: ((reply: string) => void) | undefined
  #ended: (() => void) | undefined

  private constructor(commands: readonly string[], opened: () => void) {
    this.#commands = commands
    this.#socket = new WebSocketClient(port, '/connection/websocket', {
      opened,
      text: (payload) => this.#take(payload.toString('latin1').split('\n')),
      closed: (why) => fail(`A client is gone: ${why}.`),
    })
  }

  static async open(commands: readonly string[]): Promise<Client> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const client = new Client(commands, resolve)
    await promise
    await client.call('"connect":{}')
    return client
  }

  /** Publishes until the meter says that it is over, and resolves when all is acknowledged. */
  async publish(meter: Meter): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#meter = meter
    this.#ended = resolve
    this.#send(this.#commands.map((_, publisher) => publisher))
    await promise
  }

  /** One command while nobody publishes. */
  call(command: string): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>()
    this.#answered = resolve
    this.#socket.send(`{"id":${++this.#lastId},${command}}`)
    return promise
  }

  #take(lines: readonly string[]): void {
    const nowMs = performance.now()
    const next: number[] = []
    for (const line of lines) {
      if (line === '{}') {
        this.#socket.send('{}')
        continue
      }
      if (!line.startsWith('{"id":') || line.includes('"error":')) fail(`The server answered ${line}`)
      const id = Number.parseInt(line.slice(6), 10)
      const waiting = this.#waiting.get(id)
      if (waiting === undefined) {
        this.#answered?.(line)
        continue
      }
      this.#waiting.delete(id)
      this.#meter!.acknowledge(waiting.startedMs, nowMs)
      if (!this.#meter!.isOver) next.push(waiting.publisher)
    }
    if (next.length > 0) this.#send(next)
    else if (this.#waiting.size === 0) this.#ended?.()
  }

  /** In one frame, a command a line. */
  #send(due: readonly number[]): void {
    const startedMs = performance.now()
    const lines = due.map((publisher) => {
      this.#waiting.set(++this.#lastId, { publisher, startedMs })
      return `{"id":${this.#lastId},${this.#commands[publisher]!}}`
    })
    this.#socket.send(lines.join('\n'))
  }
}

const connections = connectionCount(publishers)
const clients = await Promise.all(
  Array.from({ length: connections }, (_, connection) => {
    const commands: string[] = []
    for (let publisher = connection; publisher < publishers; publisher += connections) {
      commands.push(`"publish":{"channel":"${roomOf(publisher, rooms)}","data":${data}}`)
    }
    return Client.open(commands)
  }),
)
const meter = new Meter(warmupMs, measureMs)
await Promise.all(clients.map((client) => client.publish(meter)))
let kept = 0
for (let room = 0; room < rooms; room++) {
  // Spread, since a client may be in no more than a hundred rooms.
  const client = clients[room % connections]!
  const reply = await client.call(`"subscribe":{"channel":"${roomOf(room, rooms)}","positioned":true}`)
  const { subscribe }: { subscribe: { offset?: number } } = JSON.parse(reply)
  kept += subscribe.offset ?? 0
}
if (kept !== meter.acknowledged) fail(`${meter.acknowledged} were acknowledged, and ${kept} are kept.`)
meter.finish()
process.exit()

function fail(why: string): never {
  console.error(why)
  process.exit(1)
}
