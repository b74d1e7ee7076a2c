/** One measurement: clients subscribe, lose their server, miss messages, and come back all at once. */
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pinnedNode } from '../../scripts/paths.mjs'
import { pinned } from '../cores.ts'
import { type CoreShares, coreSharesBetween, sampleUsage } from '../disturbance.ts'
import { freePort } from '../free-port.ts'
import { LoadProcess } from '../load-process.ts'
import { longwireAddress, longwireCommand, unlimitedFlags } from '../longwire.ts'
import { peakResidentBytes, residentBytes } from '../process-usage.ts'
import { ServerProcess } from '../server-process.ts'
import { publishMissed } from './missed.ts'
import type { ResumeOptions } from './options.ts'
import type { HerdResult } from './programs/herd.ts'

/** What is measured once a run. */
export interface ResumeCase {
  readonly rooms: number
  /** The server's limit of new connections a second; 0: none. */
  readonly handshakes: number
}

export interface Measurement extends Omit<HerdResult, 'caughtUpNs'>, CoreShares {
  readonly p50Ns: number
  /** Resident memory of the server: as it starts, and at most until all had caught up. */
  readonly startBytes: number
  readonly peakBytes: number
}

const herdProgram = fileURLToPath(new URL('programs/herd.ts', import.meta.url))

/** Throws BenchError `load-failed`, `server-failed`. */
export async function measureResume(
  { rooms, handshakes }: ResumeCase,
  { clients, behind, cores, folder: parent }: ResumeOptions,
): Promise<Measurement> {
  const folder = mkdtempSync(join(parent, 'longwire-resume-'))
  const port = await freePort()
  const start = (limit = 0) => {
    const limits = unlimitedFlags.with(-1, String(limit))
    const command = longwireCommand(['--data', folder, '--port', String(port)], limits)
    return ServerProcess.start('resume-longwire', pinned(command, cores.server), longwireAddress)
  }
  const numbers = { port, clients, rooms, behind }
  const args = Object.entries(numbers).flatMap(([name, value]) => [`--${name}`, String(value)])
  await using owned = new AsyncDisposableStack()
  owned.defer(() => rmSync(folder, { recursive: true, force: true }))

  const before = owned.use(await start())
  using herd = new LoadProcess<HerdResult>(
    pinned({ program: pinnedNode, args: [herdProgram, ...args] }, cores.load),
  )
  await herd.until('connected')
  await before.kill()

  const meanwhile = owned.use(await start())
  await publishMissed(port, rooms, behind)
  await meanwhile.kill()

  // Only coming back is limited: how they came at first is not what is measured.
  const server = owned.use(await start(handshakes))
  const startBytes = residentBytes(server.pid)
  const from = sampleUsage(server.pid, [herd.pid], cores)
  herd.tell('go')
  await herd.until('measured')
  const until = sampleUsage(server.pid, [herd.pid], cores)
  const peakBytes = peakResidentBytes(server.pid)
  const { caughtUpNs, ...result } = await herd.finish()
  server.requireRunning()
  const p50Ns = caughtUpNs[caughtUpNs.length >> 1] ?? Number.NaN
  return { ...result, ...coreSharesBetween(from, until), p50Ns, startBytes, peakBytes }
}
