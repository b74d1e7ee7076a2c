/** What the programs of the publish bench are told on their command line; the bench has checked it. */
import { parseArgs } from 'node:util'

/** 100 characters of JSON, the same for everybody. */
export const data = JSON.stringify('x'.repeat(98))
/** What each room keeps, where the contender can say so. */
export const historySize = 1_000

export interface TaskArguments {
  readonly rooms: number
  /** Publications under way at a time. */
  readonly publishers: number
  readonly warmupMs: number
  readonly measureMs: number
  /** Where the server listens; 0: there is none. */
  readonly port: number
  /** Where a program that has no server keeps its file. */
  readonly folder: string
  /** Whether each commit is synced to the disk. */
  readonly isFull: boolean
}

export function taskArguments(): TaskArguments {
  const text = { type: 'string', default: '0' } as const
  const { values } = parseArgs({
    options: {
      rooms: text,
      publishers: text,
      'warmup-ms': text,
      'measure-ms': text,
      port: text,
      folder: { type: 'string', default: '' },
      full: { type: 'boolean', default: false },
    },
  })
  return {
    rooms: Number(values.rooms),
    publishers: Number(values.publishers),
    warmupMs: Number(values['warmup-ms']),
    measureMs: Number(values['measure-ms']),
    port: Number(values.port),
    folder: values.folder,
    isFull: values.full,
  }
}

/** Over how many connections publishers are spread; what waits on one is pipelined. */
export function connectionCount(publishers: number): number {
  return Math.min(100, publishers)
}

/** The room of a publisher: they are spread evenly. */
export function roomOf(publisher: number, rooms: number): string {
  return `room-${publisher % rooms}`
}
