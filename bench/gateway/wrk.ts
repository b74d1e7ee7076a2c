/** wrk: as many requests as come back, each connection its next when it has the reply to its last. */
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { BenchError } from '../bench-error.ts'
import { cacheFolder } from '../cache.ts'
import { startChild } from '../child-process.ts'
import { pinned } from '../cores.ts'
import { type CoreShares, watchLoad } from '../disturbance.ts'
import type { GatewayServer } from './server.ts'

export interface WrkResult extends CoreShares {
  readonly requestsPerSecond: number
  readonly p50Ns: number
  readonly p99Ns: number
  /** Processor time of the server per request, user and kernel. */
  readonly serverCpuNsPerRequest: number
}

/** Its last words as a line of JSON. Latency is in microseconds. */
const script = `done = function(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.timeout + errors.status
  print(string.format('{"requests":%d,"durationUs":%d,"failed":%d,"p50Us":%d,"p99Us":%d}',
    summary.requests, summary.duration, failed, latency:percentile(50), latency:percentile(99)))
end
`

interface WrkWords {
  readonly requests: number
  readonly durationUs: number
  readonly failed: number
  readonly p50Us: number
  readonly p99Us: number
}

/**
 * Runs it for whole seconds.
 *
 * @throws BenchError `load-failed`, `server-failed`; also where one request of all failed
 */
export async function runWrk(
  { server, redis, cores, urlOf }: GatewayServer,
  path: string,
  connections: number,
  seconds: number,
): Promise<WrkResult> {
  const scriptFile = join(cacheFolder(), 'wrk.lua')
  writeFileSync(scriptFile, script)
  const args = ['-t', '1', '-c', String(connections), '-d', `${seconds}s`, '-s', scriptFile, urlOf(path)]
  const child = startChild(pinned({ program: 'wrk', args }, cores.load), ['ignore', 'pipe', 'pipe'])
  const { stdout, stderr } = child
  if (stdout === null || stderr === null) throw new BenchError('load-failed', 'wrk has no output')
  const ended = once(child, 'exit')
  const [shares, output, complaint] = await Promise.all([
    watchLoad(child, server.pid, cores, [redis.pid]),
    text(stdout),
    text(stderr),
    ended,
  ])
  server.requireRunning()
  const { requests, durationUs, failed, p50Us, p99Us } = wordsIn(output, complaint)
  if (failed > 0) throw new BenchError('load-failed', `wrk: ${failed} of ${requests} requests failed`)
  const requestsPerSecond = requests / (durationUs / 1e6)
  return {
    ...shares,
    requestsPerSecond,
    p50Ns: p50Us * 1e3,
    p99Ns: p99Us * 1e3,
    serverCpuNsPerRequest: (shares.serverCoreShare / requestsPerSecond) * 1e9,
  }
}

/** What the script has printed. Throws BenchError `load-failed`. */
export function wordsIn(output: string, complaint: string): WrkWords {
  const line = output.split('\n').find((one) => one.startsWith('{'))
  if (line === undefined) throw new BenchError('load-failed', `wrk: ${complaint.trim() || output.trim()}`)
  const words: WrkWords = JSON.parse(line)
  if (words.requests === 0) throw new BenchError('load-failed', 'wrk got no reply')
  return words
}
