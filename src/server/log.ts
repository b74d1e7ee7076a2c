/** The log: lines for people on a terminal, JSON for programs, to standard output. */
import { Writable } from 'node:stream'
import { type Logger, pino } from 'pino'
import type { Configuration } from './configuration/configuration.ts'

/** What waits for a reader that is slow, in bytes; beyond it lines are dropped, and the next one that fits says how many. */
const waitingBytes = 1_048_576

export async function createLogger({ logLevel, logFormat }: Configuration): Promise<Logger> {
  const output = logOutput(process.stdout)
  if (logFormat === 'json') return pino({ level: logLevel }, output)
  const { default: pretty } = await import('pino-pretty')
  return pino(
    { level: logLevel },
    pretty({
      destination: output,
      colorize: process.stdout.isTTY,
      ignore: 'pid,hostname',
      translateTime: 'SYS:HH:MM:ss',
    }),
  )
}

/**
 * Lines on their way to a stream. A reader that is gone or stuck costs the server its log and nothing else: no wait, no
 * memory beyond the bound, and no end that never comes.
 */
export function logOutput(stream: Writable): Writable {
  let isGone = false
  let dropped = 0
  stream.on('error', () => {
    // Nobody is left to be told.
    isGone = true
  })
  return new Writable({
    decodeStrings: false,
    write(line: string | Buffer, _encoding, done) {
      if (!isGone && stream.writableLength < waitingBytes) {
        if (dropped > 0)
          stream.write(
            `${JSON.stringify({ level: 40, time: Date.now(), msg: 'log lines were dropped: their reader was too slow', dropped })}\n`,
          )
        dropped = 0
        stream.write(line)
      } else {
        dropped++
      }
      done()
    },
  })
}
