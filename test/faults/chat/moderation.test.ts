import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { journalFileIn, SanctionJournal } from '../../../src/chat/moderation/journal.ts'
import { makeToken } from '../../../src/chat/tokens/make-token.ts'
import { secretFile } from '../../../src/server/token-secret.ts'
import { chatter, until } from '../../integration/server/peers.ts'
import { LongwireProcess } from './longwire-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'longwire-moderated-'))
let running: LongwireProcess | undefined
afterEach(async () => {
  await running?.kill()
  rmSync(folder, { recursive: true, force: true })
})

async function start(): Promise<LongwireProcess> {
  const server = new LongwireProcess(0, '--data', folder, '--moderator', 'tom')
  running = server
  await server.ready
  return server
}

async function enter(port: number, user: string) {
  const secret = readFileSync(join(folder, secretFile), 'utf8').trim()
  const token = await makeToken({ sub: user }, { secret, ttlMs: 600_000 })
  return chatter(port, `format=json&token=${token}`)
}

/** Gives orders, one after the other, and kills the server at the moment in which it acknowledges the last. */
async function orderAndKill(server: LongwireProcess, round: number, orders: number): Promise<string[]> {
  const tom = await enter(server.port, 'tom')
  const acknowledged: string[] = []
  const killed = new Promise<void>((resolve, reject) => {
    tom.socket.on('message', (data) => {
      const { command, sanctions } = JSON.parse(String(data)) as { command?: string; sanctions?: object[] }
      if (command !== 'ban' || sanctions === undefined) return
      acknowledged.push(`${round}-${acknowledged.length}`)
      if (acknowledged.length === orders) server.kill().then(resolve, reject)
    })
  })
  // More than are awaited: the server is in the middle of the next when it is killed.
  for (let count = 0; count < orders + 5; count++) tom.socket.send(`/ban user:${round}-${count} too loud`)
  await killed
  return acknowledged
}

describe('A server that is killed', () => {
  it('right after it has acknowledged an order has kept it, and all before it', async () => {
    const acknowledged: string[] = []
    for (const [round, orders] of [1, 2, 15].entries()) {
      const server = await start()
      acknowledged.push(...(await orderAndKill(server, round, orders)))
      const journal = await SanctionJournal.open({ file: journalFileIn(folder) })
      const kept = journal.kept.map(({ subject }) => ('user' in subject ? subject.user : ''))
      await journal.close()
      expect(kept).toEqual(expect.arrayContaining(acknowledged))
    }
    const { port } = await start()
    const last = await enter(port, acknowledged.at(-1)!)
    expect(await last.close).toEqual({ code: 1008, reason: 'You are banned without an end: too loud' })
    const ann = await enter(port, 'ann')
    await until('who was not banned is welcome', () => ann.objects().some((object) => 'welcome' in object))
    ann.socket.close()
  }, 120_000)
})
