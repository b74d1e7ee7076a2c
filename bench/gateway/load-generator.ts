/** The C program that sends requests when they are due, or many at once, and what it reports (load/load.c). */
import { fileURLToPath } from 'node:url'
import { BenchError } from '../bench-error.ts'
import { compileC } from '../compile.ts'
import { pinned } from '../cores.ts'
import { type CoreShares, coreSharesBetween, sampleUsage } from '../disturbance.ts'
import { LatencyHistogram } from '../latency-histogram.ts'
import { LoadProcess } from '../load-process.ts'
import type { GatewayServer } from './server.ts'

/** Latency at a constant rate, from when each request was due to its reply. */
export interface PacedResult extends CoreShares {
  readonly offeredPerSecond: number
  /** Requests, those before the measured time too, that had no reply two seconds after its end. They count as so late. */
  readonly unanswered: number
  readonly p50Ns: number
  readonly p99Ns: number
}

interface LoadResult {
  readonly measuredNs: number
  readonly requests: number
  /** Replies that were not 200 with the body that all have. */
  readonly wrong: number
  /** Replies that never came. */
  readonly unanswered: number
  readonly latencyCounts: readonly (readonly [bucket: number, count: number])[]
}

/** Compiles it; returns its path. */
export function compileGatewayLoad(): string {
  return compileC('gateway-load', fileURLToPath(new URL('load/load.c', import.meta.url)))
}

export interface PacedOptions {
  readonly connections: number
  /** Over all connections. */
  readonly ratePerSecond: number
  readonly warmupMs: number
  readonly measureMs: number
}

/**
 * Sends at a constant rate.
 *
 * @throws BenchError `load-failed`, `server-failed`; also for a wrong reply
 */
export async function runPaced(
  program: string,
  { server, redis, cores, prefix }: GatewayServer,
  path: string,
  { connections, ratePerSecond, warmupMs, measureMs }: PacedOptions,
): Promise<PacedResult> {
  const args = [
    ...['--port', server.address.port, '--path', prefix + path, '--connections', String(connections)],
    ...['--rate', String(Math.round(ratePerSecond))],
    ...['--warmup-ms', String(warmupMs), '--measure-ms', String(measureMs)],
  ]
  using load = new LoadProcess<LoadResult>(pinned({ program, args }, cores.load))
  await load.until('measuring')
  const before = sampleUsage(server.pid, [load.pid, redis.pid], cores)
  await load.until('measured')
  const after = sampleUsage(server.pid, [load.pid, redis.pid], cores)
  const { requests, wrong, unanswered, latencyCounts } = await load.finish()
  server.requireRunning()
  if (wrong > 0) {
    throw new BenchError('load-failed', `${wrong} of ${requests} requests were answered wrongly`)
  }
  const latency = LatencyHistogram.fromCounts(latencyCounts)
  return {
    ...coreSharesBetween(before, after),
    offeredPerSecond: ratePerSecond,
    unanswered,
    p50Ns: latency.percentileNs(0.5) ?? Number.NaN,
    p99Ns: latency.percentileNs(0.99) ?? Number.NaN,
  }
}

/**
 * Sends a number of requests, pipelined, as fast as they are answered.
 *
 * @returns requests per second
 * @throws BenchError as {@link runPaced}
 */
export async function runPipelined(
  program: string,
  { server, cores, prefix }: GatewayServer,
  path: string,
  { connections, depth, requests }: { connections: number; depth: number; requests: number },
): Promise<number> {
  const args = [
    ...['--port', server.address.port, '--path', prefix + path, '--connections', String(connections)],
    ...['--depth', String(depth), '--requests', String(requests)],
  ]
  using load = new LoadProcess<LoadResult>(pinned({ program, args }, cores.load))
  const { wrong, measuredNs } = await load.finish()
  server.requireRunning()
  if (wrong > 0) throw new BenchError('load-failed', `${wrong} of ${requests} requests were answered wrongly`)
  return requests / (measuredNs / 1e9)
}
