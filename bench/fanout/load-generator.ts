/** The C program that plays the members of a room, and what it reports (load/load.c). */
import { fileURLToPath } from 'node:url'
import { compileC } from '../compile.ts'
import { pinned } from '../cores.ts'
import { LoadProcess } from '../load-process.ts'
import type { Peer } from './peer.ts'

export interface LoadOptions {
  readonly members: number
  /** 0: nobody sends, and the connections stay until `finish`. */
  readonly senders: number
  readonly window: number
  readonly warmupMs: number
  readonly measureMs: number
}

/** What the load generator counted. */
export interface LoadResult {
  readonly measuredNs: number
  /** Messages that arrived in the measured time, over all members. */
  readonly deliveries: number
  /** Messages that a member who stayed never got. */
  readonly lost: number
  /** Messages that a member got again, or after later ones of the same sender. */
  readonly doubled: number
  /** Texts that were no messages of this bench, or messages with changed bytes. */
  readonly foreign: number
  /** In the Centrifuge dialect: offsets or acknowledgements that were skipped or came again. */
  readonly misplaced: number
  /** In the Centrifuge dialect: publications of senders who stayed that were never acknowledged. */
  readonly unacknowledged: number
  /** Members that the server ended. */
  readonly gone: number
  readonly latencyCounts: readonly (readonly [bucket: number, count: number])[]
}

/** Compiles it; returns its path. */
export function compileLoadGenerator(): string {
  return compileC('fanout-load', fileURLToPath(new URL('load/load.c', import.meta.url)))
}

export class LoadGenerator extends LoadProcess<LoadResult> {
  /** Starts it against a server. Idle connections end when it is asked to `finish`. */
  constructor(program: string, core: number, address: URL, peer: Peer, options: LoadOptions) {
    const args = [
      ...['--port', address.port, '--path', peer.path, '--dialect', peer.dialect],
      ...['--members', String(options.members), '--senders', String(options.senders)],
      ...['--window', String(options.window)],
      ...['--warmup-ms', String(options.warmupMs), '--measure-ms', String(options.measureMs)],
    ]
    super(pinned({ program, args }, core))
  }
}
