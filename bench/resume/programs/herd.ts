/**
 * Clients of the Centrifuge dialect that come back all at once: they connect and subscribe, and say so; when the server has
 * gone and the standard input has a line, all connect again, each recovering from where it stood. What they get is only
 * looked at when all have it, so that looking takes no time from what is measured.
 */
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { WebSocketClient } from '../../websocket-client.ts'
import { missedData, roomOf } from '../missed.ts'

export interface HerdResult {
  /** From the line on the standard input until the last had all. */
  readonly tookNs: number
  /** The same for each client, sorted. */
  readonly caughtUpNs: readonly number[]
  /** Connections that the server refused or ended; their clients tried again. */
  readonly refused: number
  /** Clients that were told `recovered: false`, or nothing of it. */
  readonly unrecovered: number
  /** Messages that clients did not get, got twice, or in another place than theirs. */
  readonly lost: number
  readonly doubled: number
  readonly misplaced: number
}

/** At the beginning: connections that are being opened at a time. Later all are. */
const maxOpening = 100
/** A client whose connection was refused tries again after this and up to as much again. */
const retryMs = 250

const text = { type: 'string', default: '0' } as const
const { values } = parseArgs({ options: { port: text, clients: text, rooms: text, behind: text } })
const [port, clients, rooms, behind] = [values.port, values.clients, values.rooms, values.behind].map(
  Number,
) as [number, number, number, number]

interface SubscribeReply {
  readonly epoch: string
  readonly offset?: number
  readonly recovered?: boolean
  readonly publications?: readonly { readonly offset: number; readonly data: string }[]
}

let refused = 0

class Member {
  readonly room: string
  #epoch = ''
  #offset = 0
  reply: Buffer | undefined
  caughtUpMs = 0

  constructor(index: number) {
    this.room = roomOf(index, rooms)
  }

  /** Subscribes, and keeps where it stands. Rejects if it cannot. */
  async enter(gone: () => void): Promise<void> {
    const reply = await subscribed(`{"channel":"${this.room}","positioned":true,"recoverable":true}`, gone)
    const { epoch, offset = 0 } = subscribeReply(reply)
    this.#epoch = epoch
    this.#offset = offset
  }

  /** Comes back for what it missed, however often it has to try. */
  async resume(): Promise<void> {
    const { room } = this
    const position = `"recover":true,"epoch":${JSON.stringify(this.#epoch)},"offset":${this.#offset}`
    for (;;) {
      try {
        this.reply = await subscribed(`{"channel":"${room}","recoverable":true,${position}}`, () => {})
        this.caughtUpMs = performance.now()
        return
      } catch {
        // Refused, as a server may that has too many at once: a client tries again.
        refused++
        await new Promise((resolve) => setTimeout(resolve, retryMs * (1 + Math.random())))
      }
    }
  }

  /** What it got, compared with what it should have. */
  verdict(): Pick<HerdResult, 'unrecovered' | 'lost' | 'doubled' | 'misplaced'> {
    const { recovered, publications = [] } = subscribeReply(this.reply!)
    const numbers = new Set<number>()
    let misplaced = 0
    for (const [index, { offset, data }] of publications.entries()) {
      const number = offset - this.#offset
      numbers.add(number)
      if (number !== index + 1 || JSON.stringify(data) !== missedData(number)) misplaced++
    }
    return {
      unrecovered: recovered === true ? 0 : 1,
      lost: behind - numbers.size,
      doubled: publications.length - numbers.size,
      misplaced,
    }
  }
}

/** The reply to a subscribe command on a new connection; rejects if that is refused or ends before. */
function subscribed(parameters: string, gone: () => void): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const client = new WebSocketClient(port, '/connection/websocket', {
      // Both in one frame, as a client's batch.
      opened: () => client.send(`{"id":1,"connect":{}}\n{"id":2,"subscribe":${parameters}}`),
      text: (payload) => {
        if (payload.includes('"subscribe":{')) resolve(Buffer.from(payload))
        else if (payload.equals(ping)) client.send('{}')
        else if (!payload.includes('"connect":{')) reject(new Error(payload.toString()))
      },
      closed: (why) => {
        reject(new Error(why))
        gone()
      },
    })
  })
}

const ping = Buffer.from('{}')

function subscribeReply(payload: Buffer): SubscribeReply {
  const line = payload
    .toString()
    .split('\n')
    .find((each) => each.includes('"subscribe":{'))
  const { subscribe }: { subscribe: SubscribeReply } = JSON.parse(line!)
  return subscribe
}

const members = Array.from({ length: clients }, (_, index) => new Member(index))
let here = 0
const allGone = Promise.withResolvers<void>()
for (let from = 0; from < clients; from += maxOpening) {
  const next = members.slice(from, from + maxOpening)
  await Promise.all(next.map((member) => member.enter(() => --here === 0 && allGone.resolve())))
  here += next.length
}
report({ event: 'connected' })
const input = createInterface({ input: process.stdin })
await Promise.all([once(input, 'line'), allGone.promise])
report({ event: 'measuring' })
const startedMs = performance.now()
await Promise.all(members.map((member) => member.resume()))
const tookMs = performance.now() - startedMs
report({ event: 'measured' })
const verdicts = members.map((member) => member.verdict())
const sum = (key: 'unrecovered' | 'lost' | 'doubled' | 'misplaced') =>
  verdicts.reduce((total, verdict) => total + verdict[key], 0)
const result: HerdResult = {
  tookNs: tookMs * 1e6,
  caughtUpNs: members.map(({ caughtUpMs }) => (caughtUpMs - startedMs) * 1e6).sort((a, b) => a - b),
  refused,
  unrecovered: sum('unrecovered'),
  lost: sum('lost'),
  doubled: sum('doubled'),
  misplaced: sum('misplaced'),
}
report({ event: 'result', ...result })
await once(input, 'close')
process.exit()

function report(line: { readonly event: string }): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
