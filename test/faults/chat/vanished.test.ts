/**
 * Peers that are processes of their own and stop in the middle of it: their sockets stay open, and nothing comes from them
 * any more, as when a laptop is shut. (A silent peer inside the test's process is in members.test.ts.)
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { afterEach, describe, expect, it } from 'vitest'
import { chatter, until } from '../../integration/server/peers.ts'
import { type Changes, type Running, run } from '../../integration/server/running.ts'

/** Chats over WebSocket, answering pings as a browser does, or over TCP; says when it is in. */
const person = `
import { connect } from 'node:net'
const [kind, port] = process.argv.slice(1)
if (kind === 'websocket') {
  const socket = new WebSocket('ws://127.0.0.1:' + port + '/ws?name=Gone')
  socket.onopen = () => console.log('in')
} else {
  const socket = connect(Number(port), '127.0.0.1', () => socket.write('/nick Gone\\n'))
  socket.on('data', (data) => String(data).includes('Gone') && console.log('in'))
}
`

let running: Running
let child: ChildProcess

async function start(kind: 'websocket' | 'tcp', changes: Changes): Promise<void> {
  running = await run(changes)
  const port = kind === 'websocket' ? running.httpPort : running.tcpPort
  child = spawn(process.execPath, ['--input-type=module', '-e', person, kind, String(port)])
  let said = ''
  child.stdout?.on('data', (chunk) => {
    said += chunk
  })
  await until('the other process is in', () => said.includes('in'))
}

const ended = (cause: string) => running.log.find((entry) => entry.cause === cause)

afterEach(async () => {
  child.kill('SIGKILL')
  await running.server.close()
})

describe('A peer whose process has stopped', () => {
  it('over WebSocket is gone at the read deadline; before, it was kept for as long as it answered pings', async () => {
    await start('websocket', { timing: { pingIntervalMs: 100, readDeadlineMs: 600 } })
    const witness = await chatter(running.httpPort, 'name=Witness')
    const aliveSince = Date.now()
    await until('three read deadlines', () => Date.now() - aliveSince > 1800)
    expect(ended('read-deadline')).toBe(undefined)
    child.kill('SIGSTOP')
    await until('its ending in the log', () => ended('read-deadline') !== undefined)
    expect(ended('read-deadline')).toMatchObject({ name: 'Gone', kind: 'websocket' })
    witness.socket.send('still here')
    await witness.got('still here')
    expect((await running.health()).connections).toBe(1)
  })

  it.each([
    ['websocket', 'outbox-full', { limits: { outboxBytes: 128 * 1024 } }],
    ['tcp', 'outbox-full', { limits: { outboxBytes: 128 * 1024 } }],
    [
      'websocket',
      'write-deadline',
      { timing: { writeDeadlineMs: 300 }, limits: { outboxBytes: 64 * 1024 * 1024 } },
    ],
    [
      'tcp',
      'write-deadline',
      { timing: { writeDeadlineMs: 300 }, limits: { outboxBytes: 64 * 1024 * 1024 } },
    ],
  ] as const)(
    'over %s in a room that talks is gone with the cause %s, and nobody else loses anything',
    async (kind, cause, changes) => {
      await start(kind, changes)
      const writer = await chatter(running.httpPort, 'name=Writer')
      const reader = await chatter(running.httpPort, 'name=Reader')
      child.kill('SIGSTOP')
      const text = 'x'.repeat(60_000)
      let sent = 0
      while (ended(cause) === undefined) {
        writer.socket.send(`${sent} ${text}`)
        await reader.got(`${sent} ${text}`)
        sent++
        if (sent > 2000) throw new Error('It was never disconnected.')
      }
      expect(ended(cause)).toMatchObject({ name: 'Gone', kind })
      expect((ended(cause)!.evidence as { queuedBytes: number }).queuedBytes).toBeGreaterThan(0)
      for (const { received } of [writer, reader]) {
        await until('all of it', () => received.length === sent)
        expect(received.map((one) => Number.parseInt(one, 10))).toEqual(
          Array.from({ length: sent }, (_, index) => index),
        )
      }
    },
  )
})
