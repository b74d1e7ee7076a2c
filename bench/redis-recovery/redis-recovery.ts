/**
 * The recovery bench: how soon after a Redis server is back the calls of its clients succeed again, at default
 * settings. All clients live through the same outages.
 */
import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench } from '../bench.ts'
import { requireCores } from '../cores.ts'
import { freePort } from '../free-port.ts'
import { type Fact, machineFacts } from '../machine.ts'
import { progress } from '../progress.ts'
import { milliseconds } from '../quantity.ts'
import { redisServerVersion, startRedisServer } from '../redis/redis-server.ts'
import { markdownReport, textReport } from '../report.ts'
import { parseRecoveryOptions, type RecoveryOptions, usage } from './options.ts'
import { firstAnswer } from './probe.ts'
import { RecoveringClient } from './recovering-client.ts'
import { type Recovery, recoverySections } from './report.ts'

/** How long all is well before an outage. */
const calmMs = 300
/** An outage lasts so much longer or shorter than said, as a share of it. */
const outageSpread = 0.1

export const redisRecovery: Bench = {
  usage,

  async run(args) {
    const options = parseRecoveryOptions(args)
    requireCores()
    const facts: Fact[] = [...machineFacts(), ['redis-server', redisServerVersion()]]
    const recoveries = await measureAll(options)
    const command = ['npm run bench -- redis-recovery', ...args].join(' ')
    const sections = recoverySections(recoveries, options, facts, command)
    console.log(textReport(sections))
    if (options.markdownFile !== undefined) {
      writeFileSync(options.markdownFile, markdownReport(sections))
      progress(`Written to ${options.markdownFile}.`)
    }
  },
}

async function measureAll({ only, outagesMs, rounds, cores }: RecoveryOptions): Promise<Recovery[]> {
  const port = await freePort()
  let server = await startRedisServer(cores.server, port)
  await using owned = new AsyncDisposableStack()
  owned.defer(() => server[Symbol.asyncDispose]())
  const clients: RecoveringClient[] = []
  for (const name of only) clients.push(owned.use(await RecoveringClient.start(name, port, cores.load)))

  const recoveries: Recovery[] = []
  for (let round = 1; round <= rounds; round++) {
    for (const outageMs of outagesMs) {
      await sleep(calmMs)
      await server.kill()
      await sleep(outageMs * (1 + outageSpread * (2 * Math.random() - 1)))
      const [answeredAtNs, started] = await Promise.all([
        firstAnswer(port),
        startRedisServer(cores.server, port),
      ])
      server = started
      const found = await Promise.all(
        clients.map(async (client) => {
          const tookNs = Math.max(0, (await client.back()) - answeredAtNs)
          return { name: client.name, outageMs, tookNs }
        }),
      )
      recoveries.push(...found)
      const text = found.map(({ name, tookNs }) => `${name} ${milliseconds(tookNs)}`).join(', ')
      progress(`[${round}/${rounds}] away for ${outageMs / 1_000} s: ${text}`)
    }
  }
  return recoveries
}
