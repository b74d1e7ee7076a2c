/** `longwire`: runs the server until a signal ends it. */
import { constants } from 'node:os'
import { resolve } from 'node:path'
import { BrokerError } from '../src/broker/errors.ts'
import { ModerationError } from '../src/chat/moderation/errors.ts'
import type { Configuration } from '../src/server/configuration/configuration.ts'
import { createLogger } from '../src/server/log.ts'
import { type RunningServer, startServer } from '../src/server/server.ts'
import { tuneCollector } from './collector.ts'

export async function serve(configuration: Configuration): Promise<void> {
  tuneCollector()
  const logger = await createLogger(configuration)
  let server: RunningServer
  try {
    server = await startServer(configuration, { logger })
  } catch (error) {
    console.error(`longwire: ${sentence(error, configuration)}`)
    process.exitCode = 1
    return
  }
  const { addresses } = server
  logger.info({ addresses }, 'longwire is ready')
  if (configuration.logFormat === 'pretty') {
    const lines =
      addresses.tcp === undefined
        ? ''
        : `, or chat by lines: nc ${addresses.tcp.replace(/^\w+:\/\/(.*):/, '$1 ')}`
    const admission = server.admission === undefined ? '' : `\n  ${server.admission}`
    const tried = server.console === undefined ? '' : `\n  Try Redis commands at ${server.console}`
    console.log(
      `\n  Open ${addresses.http} in a browser${lines}${tried}\n  ${kept(configuration)}${admission}\n  Ctrl-C ends it.\n`,
    )
  }
  let isEnding = false
  const end = (signal: NodeJS.Signals): void => {
    if (isEnding) process.exit(128 + constants.signals[signal])
    isEnding = true
    logger.info({ signal }, 'draining; a second signal ends at once')
    server.drain().then(
      () => process.exit(0),
      (error) => {
        logger.error({ err: error }, 'the drain failed')
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
}

/** Where what people say is, for who reads it at the start. */
function kept({ store, dataDir }: Configuration): string {
  return store === 'memory' || dataDir === undefined
    ? 'What is said is kept until the process ends.'
    : `What is said is kept in ${resolve(dataDir)}`
}

/** What went wrong at the start, and what to do about it. */
function sentence(error: unknown, { host, port, tcpPort, gateway }: Configuration): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (error instanceof BrokerError || error instanceof ModerationError) return message
  const at = (error as { port?: number }).port ?? port
  const flag = at === tcpPort ? '--tcp-port' : at === gateway.port ? '--gateway-port' : '--port'
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${at} on ${host} is in use by another program. Choose another with ${flag}.`
    case 'EACCES':
      return `This user may not listen on port ${at}. Choose one above 1023 with ${flag}.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `This machine has no address ${host}. Choose another with --host.`
    case 'CERTIFICATE':
    case 'TOKEN_KEY':
    case 'GATEWAY':
    case 'ACCESS_RULES':
    case 'API_KEYS':
    case 'WEBHOOKS':
    case 'WEBHOOK_SECRET':
      return message
    default:
      return `It could not start: ${message}`
  }
}
