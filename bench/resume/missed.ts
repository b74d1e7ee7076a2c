/** The messages that clients miss, and who publishes them. */
import { BenchError } from '../bench-error.ts'
import { WebSocketClient } from '../websocket-client.ts'

/** Commands in a frame: below what a server takes in one, and what it handles of one client at a time. */
const batch = 100

/** The room of a client: they are spread evenly. */
export function roomOf(client: number, rooms: number): string {
  return `room-${client % rooms}`
}

/** The JSON of a room's message: 100 characters. */
export function missedData(number: number): string {
  return JSON.stringify(`message ${number} `.padEnd(98, '.'))
}

/**
 * Publishes as many messages to each room. Resolves when all are acknowledged.
 *
 * @throws BenchError `load-failed`
 */
export function publishMissed(port: number, rooms: number, count: number): Promise<void> {
  const commands: string[] = []
  for (let number = 1; number <= count; number++) {
    for (let room = 0; room < rooms; room++) {
      const id = commands.length + 2
      commands.push(
        `{"id":${id},"publish":{"channel":"${roomOf(room, rooms)}","data":${missedData(number)}}}`,
      )
    }
  }
  return new Promise((resolve, reject) => {
    let sent = 0
    let waiting = 0
    let isDone = false
    const end = (failure?: string) => {
      if (isDone) return
      isDone = true
      client.destroy()
      if (failure === undefined) resolve()
      else reject(new BenchError('load-failed', `The messages to miss could not be published: ${failure}`))
    }
    const sendNext = () => {
      const next = commands.slice(sent, sent + batch)
      sent += next.length
      waiting = next.length
      if (next.length > 0) client.send(next.join('\n'))
      else end()
    }
    const client = new WebSocketClient(port, '/connection/websocket', {
      opened: () => client.send('{"id":1,"connect":{}}'),
      text: (payload) => {
        const text = payload.toString()
        if (text.includes('"error":')) end(text)
        else if (text.startsWith('{"id":1,')) sendNext()
        else {
          waiting -= text.split('\n').filter((line) => line.includes('"publish":')).length
          if (waiting === 0) sendNext()
        }
      },
      closed: end,
    })
  })
}
