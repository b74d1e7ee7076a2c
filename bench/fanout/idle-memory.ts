/** What an idle connection costs a server in resident memory. */
import { setTimeout as sleep } from 'node:timers/promises'
import { BenchError } from '../bench-error.ts'
import type { Cores } from '../cores.ts'
import { residentBytes } from '../process-usage.ts'
import type { ServerProcess } from '../server-process.ts'
import { LoadGenerator, type LoadOptions } from './load-generator.ts'
import type { Peer } from './peer.ts'

export interface IdleMemory {
  readonly connections: number
  /** Resident memory of the server that has worked a little and has no connection. */
  readonly beforeBytes: number
  readonly perConnectionBytes: number
}

/** Enough that code is compiled and buffers have their size before memory is looked at. */
const warmUp = { members: 100, senders: 10, window: 1, warmupMs: 0, measureMs: 1_000 } as const

/** Memory has settled when it has moved by less than this for a second. */
const settledBytes = 256 * 1_024
const settledMs = 1_000
const lookEveryMs = 100
const settleDeadlineMs = 10_000

/**
 * Measures a server that has just started.
 *
 * @throws BenchError `load-failed`, `server-failed`
 */
export async function measureIdleMemory(
  server: ServerProcess,
  peer: Peer,
  loadProgram: string,
  cores: Cores,
  connections: number,
): Promise<IdleMemory> {
  const startLoad = (options: LoadOptions) =>
    new LoadGenerator(loadProgram, cores.load, server.address, peer, options)
  {
    using load = startLoad(warmUp)
    await load.finish()
  }
  const beforeBytes = await settledResidentBytes(server.pid)
  using load = startLoad({ members: connections, senders: 0, window: 1, warmupMs: 0, measureMs: 1 })
  await load.until('connected')
  const withConnectionsBytes = await settledResidentBytes(server.pid)
  const { gone } = await load.finish()
  if (gone > 0) throw new BenchError('load-failed', `${gone} of ${connections} idle connections were ended`)
  server.requireRunning()
  return {
    connections,
    beforeBytes,
    perConnectionBytes: (withConnectionsBytes - beforeBytes) / connections,
  }
}

async function settledResidentBytes(pid: number): Promise<number> {
  const deadline = performance.now() + settleDeadlineMs
  let reference = residentBytes(pid)
  let since = performance.now()
  while (performance.now() < deadline && performance.now() - since < settledMs) {
    await sleep(lookEveryMs)
    const now = residentBytes(pid)
    if (Math.abs(now - reference) < settledBytes) continue
    reference = now
    since = performance.now()
  }
  return residentBytes(pid)
}
