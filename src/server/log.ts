/** The log: lines for people on a terminal, JSON for programs, to standard output. */
import { type Logger, pino } from 'pino'
import type { Configuration } from './configuration/configuration.ts'

export async function createLogger({ logLevel, logFormat }: Configuration): Promise<Logger> {
  if (logFormat === 'json') return pino({ level: logLevel })
  const { default: pretty } = await import('pino-pretty')
  return pino(
    { level: logLevel },
    pretty({ sync: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss' }),
  )
}
