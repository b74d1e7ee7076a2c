/**
 * The gateway bench: how many requests a second Redis gets over HTTP, how late the replies are, and what that costs the
 * gateway in processor time; Longwire beside other gateways.
 *
 * Each measurement has a gateway and a redis-server of its own, freshly started. Within a run all gateways take turns at
 * each load, so that what disturbs the machine disturbs all of them alike.
 */
import { writeFileSync } from 'node:fs'
import type { Bench } from '../bench.ts'
import { BenchError } from '../bench-error.ts'
import { requireCores } from '../cores.ts'
import { debianVersion } from '../debian-package.ts'
import { leastDisturbed } from '../disturbance.ts'
import { attempt, type Findings, preparedOrMissing } from '../findings.ts'
import { type Fact, machineFacts } from '../machine.ts'
import { progress } from '../progress.ts'
import { milliseconds, percent, thousands } from '../quantity.ts'
import { redisServerVersion } from '../redis/redis-server.ts'
import { markdownReport, type Section, textReport } from '../report.ts'
import { compileGatewayLoad, type PacedResult, runPaced } from './load-generator.ts'
import { measureMemory, memorySections } from './memory.ts'
import { type GatewayOptions, parseGatewayOptions, usage } from './options.ts'
import type { Peer, PreparedPeer } from './peer.ts'
import { type PeerName, peers } from './peers.ts'
import { gatewaySections } from './report.ts'
import type { GatewayCase, GatewayResults, Measurement, PeerResult } from './results.ts'
import { bodyFrom, expectedBody, startGateway } from './server.ts'
import { workloads } from './workloads.ts'
import { runWrk } from './wrk.ts'

/** What goes before each constant rate. */
const pacedWarmupMs = 300

export const gateway: Bench = {
  usage,

  async run(args) {
    const options = parseGatewayOptions(args)
    requireCores()
    const loadProgram = compileGatewayLoad()
    const facts: Fact[] = [...machineFacts(), ['redis-server', redisServerVersion()]]
    const command = ['npm run bench -- gateway', ...args].join(' ')
    const sections: Section[] =
      options.memoryRequests > 0
        ? memorySections(await measureMemory(options, loadProgram), facts, command)
        : gatewaySections(
            await runAll(options, loadProgram),
            options,
            [...facts, ['wrk', debianVersion('wrk')]],
            command,
          )
    console.log(textReport(sections))
    if (options.markdownFile !== undefined) {
      writeFileSync(options.markdownFile, markdownReport(sections))
      progress(`Written to ${options.markdownFile}.`)
    }
  },
}

/** A gateway that this machine can run. */
interface Runner {
  readonly peer: Peer
  readonly prepared: PreparedPeer
  readonly cases: ReadonlyMap<GatewayCase, Findings<Measurement>>
}

async function runAll(options: GatewayOptions, loadProgram: string): Promise<GatewayResults> {
  debianVersion('wrk')
  const cases: GatewayCase[] = options.workloads.flatMap((workload) =>
    options.connections.map((connections) => ({ workload, connections })),
  )
  const results = new Map<PeerName, PeerResult>()
  const runners: Runner[] = []
  for (const name of options.only) {
    const peer: Peer = peers[name]
    const prepared = preparedOrMissing(() => peer.prepare())
    const findings = new Map(cases.map((one): [GatewayCase, Findings<Measurement>] => [one, { found: [] }]))
    results.set(name, { peer, prepared, cases: findings })
    if ('missing' in prepared) progress(`${name} is left out: ${prepared.missing}.`)
    else runners.push({ peer, prepared, cases: findings })
  }
  const steps = options.runs * cases.length * runners.length
  let done = 0
  for (let run = 1; run <= options.runs; run++) {
    for (const one of cases) {
      let webdisRate: number | undefined
      for (const { peer, prepared, cases: findings } of runners) {
        const found = findings.get(one) ?? { found: [] }
        const outcome = await attempt(found, async () => {
          const measurement = await measure(peer, prepared, one, options, loadProgram, webdisRate)
          if (peer === peers.webdis) webdisRate = measurement.wrk.requestsPerSecond
          found.found.push(measurement)
          return outcomeOf(measurement)
        })
        done++
        const place = `${workloads[one.workload].title}, ${one.connections} connections, ${peer.name}`
        progress(`[${done}/${steps}] run ${run}: ${place}: ${outcome}`)
      }
    }
  }
  return { cases, peers: results }
}

/** `webdisRate`: what the shares are of; webdis itself finds it out. */
async function measure(
  peer: Peer,
  prepared: PreparedPeer,
  { workload, connections }: GatewayCase,
  { cores, warmupSeconds, measureSeconds, pacedMs, rateShares }: GatewayOptions,
  loadProgram: string,
  webdisRate: number | undefined,
): Promise<Measurement> {
  const { path } = workloads[workload]
  await using server = await startGateway(peer, prepared, cores, workloads[workload])
  const body = await bodyFrom(server, path)
  if (body !== expectedBody(workloads[workload])) {
    throw new BenchError('server-failed', `${peer.name} answers ${path} with ${body.slice(0, 200)}`)
  }
  await runWrk(server, path, connections, warmupSeconds)
  const wrk = await leastDisturbed(cores, () => runWrk(server, path, connections, measureSeconds))
  const fullRate = peer === peers.webdis ? wrk.requestsPerSecond : webdisRate
  const paced: PacedResult[] = []
  for (const share of fullRate === undefined ? [] : rateShares) {
    const ratePerSecond = (fullRate ?? 0) * share
    const load = { connections, ratePerSecond, warmupMs: pacedWarmupMs, measureMs: pacedMs }
    paced.push(await leastDisturbed(cores, () => runPaced(loadProgram, server, path, load)))
  }
  return { wrk, paced }
}

function outcomeOf({ wrk, paced }: Measurement): string {
  const rates = paced.map(
    ({ offeredPerSecond, p99Ns }) => `, p99 ${milliseconds(p99Ns)} at ${thousands(offeredPerSecond)}/s`,
  )
  const disturbed = Math.max(wrk.disturbedShare, ...paced.map(({ disturbedShare }) => disturbedShare))
  return `${thousands(wrk.requestsPerSecond)}/s, p99 ${milliseconds(wrk.p99Ns)}${rates.join('')}, others ${percent(disturbed)}`
}
