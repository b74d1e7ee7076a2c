/**
 * The fan-out bench: what a server can deliver to everybody in a room from one core, how late, and what it costs in
 * processor time and memory; Longwire beside other servers and beside the least that it can cost at all.
 *
 * Each measurement has a server of its own, freshly started. Within a run all servers take turns at each size, so
 * that what disturbs the machine disturbs all of them alike.
 */
import { writeFileSync } from 'node:fs'
import type { Bench } from '../bench.ts'
import { pinned, requireCores } from '../cores.ts'
import { leastDisturbed } from '../disturbance.ts'
import { attempt, preparedOrMissing } from '../findings.ts'
import { machineFacts } from '../machine.ts'
import { progress } from '../progress.ts'
import { kibibytes, milliseconds, percent, thousands, whole } from '../quantity.ts'
import { markdownReport, textReport } from '../report.ts'
import { ServerProcess } from '../server-process.ts'
import { measureIdleMemory } from './idle-memory.ts'
import { compileLoadGenerator } from './load-generator.ts'
import { failuresIn, measure } from './measurement.ts'
import { type FanoutOptions, parseFanoutOptions, usage } from './options.ts'
import type { Peer, PreparedPeer } from './peer.ts'
import { type PeerName, peers } from './peers.ts'
import { fanoutSections } from './report.ts'
import type { FanoutCase, FanoutResults, PeerResult } from './results.ts'

export const fanout: Bench = {
  usage,

  async run(args) {
    const options = parseFanoutOptions(args)
    requireCores()
    const loadProgram = compileLoadGenerator()
    const results = await runAll(options, loadProgram)
    const command = ['npm run bench -- fanout', ...args].join(' ')
    const sections = fanoutSections(results, options, machineFacts(), command)
    console.log(textReport(sections))
    if (options.markdownFile !== undefined) {
      writeFileSync(options.markdownFile, markdownReport(sections))
      progress(`Written to ${options.markdownFile}.`)
    }
  },
}

/** A server that this machine can run. */
interface Runner {
  readonly peer: Peer
  readonly prepared: PreparedPeer
  readonly result: PeerResult
}

async function runAll(options: FanoutOptions, loadProgram: string): Promise<FanoutResults> {
  const cases = options.members.flatMap((members) =>
    options.senders.filter((senders) => senders <= members).map((senders) => ({ members, senders })),
  )
  const results = new Map<PeerName, PeerResult>()
  const runners: Runner[] = []
  for (const name of options.only) {
    const peer: Peer = peers[name]
    const prepared = preparedOrMissing(() => peer.prepare())
    const result: PeerResult = {
      peer,
      prepared,
      memory: { found: [] },
      cases: new Map(cases.map((size) => [size, { found: [] }])),
    }
    results.set(name, result)
    if ('missing' in prepared) progress(`${peer.name} is left out: ${prepared.missing}.`)
    else runners.push({ peer, prepared, result })
  }

  const stepsPerRun = (cases.length + (options.idleConnections > 0 ? 1 : 0)) * runners.length
  let step = 0
  const say = (run: number, text: string) => {
    step += 1
    progress(`[${step}/${stepsPerRun * options.runs}] run ${run}: ${text}`)
  }
  for (let run = 1; run <= options.runs; run++) {
    for (const size of cases) {
      for (const runner of runners) {
        const outcome = await runCase(runner, size, options, loadProgram)
        const place = `${whole(size.members)} members, ${size.senders} senders, ${runner.peer.name}`
        say(run, `${place}: ${outcome}`)
      }
    }
    if (options.idleConnections === 0) continue
    for (const runner of runners) {
      const outcome = await runIdle(runner, options, loadProgram)
      say(run, `${whole(options.idleConnections)} idle, ${runner.peer.name}: ${outcome}`)
    }
  }
  return { cases, peers: results }
}

function runCase(
  { peer, prepared, result }: Runner,
  size: FanoutCase,
  options: FanoutOptions,
  loadProgram: string,
): Promise<string> {
  const findings = result.cases.get(size) ?? { found: [] }
  const { window, warmupMs, measureMs, cores } = options
  return attempt(findings, async () => {
    const load = { ...size, window, warmupMs, measureMs }
    const found = await leastDisturbed(cores, async () => {
      await using server = await startServer(peer, prepared, options)
      return await measure(server, peer, loadProgram, cores, load)
    })
    findings.found.push(found)
    const losses = failuresIn(found)
    const lossText =
      losses === 0 ? '' : `, ${found.gone} dropped, ${found.lost} lost, ${found.doubled} doubled`
    return `${thousands(found.deliveriesPerSecond)}/s, p99 ${milliseconds(found.p99Ns)}, others ${percent(found.disturbedShare)}${lossText}`
  })
}

function runIdle(
  { peer, prepared, result }: Runner,
  options: FanoutOptions,
  loadProgram: string,
): Promise<string> {
  return attempt(result.memory, async () => {
    await using server = await startServer(peer, prepared, options)
    const found = await measureIdleMemory(server, peer, loadProgram, options.cores, options.idleConnections)
    result.memory.found.push(found)
    return `${kibibytes(found.perConnectionBytes)} each, on top of ${kibibytes(found.beforeBytes)}`
  })
}

function startServer(peer: Peer, prepared: PreparedPeer, { cores }: FanoutOptions): Promise<ServerProcess> {
  prepared.beforeStart?.()
  return ServerProcess.start(peer.name, pinned(prepared.command, cores.server), (line) =>
    peer.addressIn(line),
  )
}
