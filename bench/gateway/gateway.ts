/**
 * The gateway bench: how many requests a second Redis gets over HTTP, how late the replies are, and what that costs the
 * gateway in processor time; Longwire beside other gateways.
 *
 * In each run every load finds gateways freshly started, each with a redis-server of its own; they run side by side and
 * take turns, so that what disturbs the machine disturbs all of them alike.
 */
import { writeFileSync } from 'node:fs'
import type { Bench } from '../bench.ts'
import { requireCores } from '../cores.ts'
import { debianVersion } from '../debian-package.ts'
import { type Findings, preparedOrMissing } from '../findings.ts'
import { type Fact, machineFacts } from '../machine.ts'
import { progress } from '../progress.ts'
import { redisServerVersion } from '../redis/redis-server.ts'
import { markdownReport, type Section, textReport } from '../report.ts'
import { compileGatewayLoad } from './load-generator.ts'
import { measureMemory, memorySections } from './memory.ts'
import { type GatewayOptions, parseGatewayOptions, usage } from './options.ts'
import type { Peer, PreparedPeer } from './peer.ts'
import { type PeerName, peers } from './peers.ts'
import { gatewaySections } from './report.ts'
import type { GatewayCase, GatewayResults, Measurement, PeerResult } from './results.ts'
import { measureInTurns, stepsOf } from './turns.ts'
import { workloads } from './workloads.ts'

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
  const stepsOfCase = runners.reduce((sum, { peer }) => sum + stepsOf(peer, options), 0)
  const steps = options.runs * cases.length * stepsOfCase
  let done = 0
  for (let run = 1; run <= options.runs; run++) {
    for (const one of cases) {
      const contestants = runners.map(({ peer, prepared, cases: findings }) => ({
        ...{ peer, prepared },
        findings: findings.get(one) ?? { found: [] },
      }))
      const place = `${workloads[one.workload].title}, ${one.connections} connections`
      await measureInTurns(contestants, one, options, loadProgram, (peer, outcome) => {
        progress(`[${++done}/${steps}] run ${run}: ${place}, ${peer.name}: ${outcome}`)
      })
    }
  }
  return { cases, peers: results }
}
