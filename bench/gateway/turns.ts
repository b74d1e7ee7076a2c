/**
 * One case of the gateway bench: all gateways run side by side and are measured in turns, so that each is compared with
 * what the others did seconds before or after it. The machine's speed changes from minute to minute; a gateway that waits
 * for its turn uses no processor time.
 */
import { leastDisturbed } from '../disturbance.ts'
import { attempt, type Findings } from '../findings.ts'
import { median } from '../median.ts'
import { milliseconds, percent, thousands } from '../quantity.ts'
import { type PacedResult, runPaced } from './load-generator.ts'
import type { GatewayOptions } from './options.ts'
import type { Peer, PreparedPeer } from './peer.ts'
import { peers } from './peers.ts'
import type { GatewayCase, Measurement } from './results.ts'
import { type GatewayServer, requireExpectedBody, startGateway } from './server.ts'
import { workloads } from './workloads.ts'
import { runWrk, type WrkResult } from './wrk.ts'

/** A gateway that this machine can run, and what is found of it in the case. */
export interface Contestant {
  readonly peer: Peer
  readonly prepared: PreparedPeer
  readonly findings: Findings<Measurement>
}

/** A gateway that runs, and what was measured of it since it was started: its turns, in order. */
interface Runner extends Contestant {
  readonly server: GatewayServer
  readonly wrk: WrkResult[]
  /** By share. */
  readonly paced: PacedResult[][]
}

/** What goes before each constant rate: connections are new. */
const pacedWarmupMs = 300

/** At constant rates only those are measured whose latency has a goal: at webdis's rates the others drown. */
const pacedPeers: ReadonlySet<Peer> = new Set([peers.webdis, peers.longwire])

/** How many steps {@link measureInTurns} tells of a gateway. */
export function stepsOf(peer: Peer, { turns, rateShares }: GatewayOptions): number {
  const isPaced = pacedPeers.has(peer) && rateShares.length > 0
  return 1 + turns + (isPaced ? 1 + rateShares.length * turns : 0)
}

/** Starts all, measures them in turns and ends them. `tell`: hears of each step of each gateway. */
export async function measureInTurns(
  contestants: readonly Contestant[],
  one: GatewayCase,
  options: GatewayOptions,
  loadProgram: string,
  tell: (peer: Peer, outcome: string) => void,
): Promise<void> {
  const { cores, turns, warmupSeconds, measureSeconds, pacedMs, rateShares } = options
  const { connections, workload } = one
  const { path } = workloads[workload]
  await using servers = new AsyncDisposableStack()
  const runners: Runner[] = []
  const step = async <One extends Contestant>(contestant: One, work: (one: One) => Promise<string>) =>
    tell(contestant.peer, await attempt(contestant.findings, () => work(contestant)))
  const runAt = (server: GatewayServer, ratePerSecond: number) =>
    runPaced(loadProgram, server, path, {
      ...{ connections, ratePerSecond },
      ...{ warmupMs: pacedWarmupMs, measureMs: pacedMs },
    })

  for (const contestant of contestants) {
    await step(contestant, async ({ peer, prepared }) => {
      const server = servers.use(await startGateway(peer, prepared, cores, workloads[workload]))
      await requireExpectedBody(server, workloads[workload])
      // In short runs: a gateway that has been up for a while has seen connections come and go, too.
      for (let second = 0; second < warmupSeconds; second++) await runWrk(server, path, connections, 1)
      runners.push({ ...contestant, server, wrk: [], paced: rateShares.map(() => []) })
      return 'warm'
    })
  }
  for (let turn = 0; turn < turns; turn++) {
    for (const runner of inOrder(runners, turn)) {
      await step(runner, async ({ server, wrk }) => {
        const found = await leastDisturbed(cores, () => runWrk(server, path, connections, measureSeconds))
        wrk.push(found)
        return `${thousands(found.requestsPerSecond)}/s, p99 ${milliseconds(found.p99Ns)}, others ${percent(found.disturbedShare)}`
      })
    }
  }
  const webdis = runners.find(({ peer, findings }) => peer === peers.webdis && findings.failure === undefined)
  const fullRate = webdis && median(webdis.wrk.map(({ requestsPerSecond }) => requestsPerSecond))
  if (fullRate !== undefined && rateShares.length > 0) {
    const atRates = runners.filter(({ peer }) => pacedPeers.has(peer))
    // What comes at a rate takes other ways through a gateway than what comes as fast as it can: Node compiles anew.
    for (const runner of atRates) {
      await step(runner, async ({ server }) => {
        await runAt(server, fullRate * Math.min(...rateShares))
        return 'warm at a constant rate'
      })
    }
    for (const [index, share] of rateShares.entries()) {
      for (let turn = 0; turn < turns; turn++) {
        for (const runner of inOrder(atRates, turn)) {
          await step(runner, async ({ server }) => {
            const found = await leastDisturbed(cores, () => runAt(server, fullRate * share))
            runner.paced[index]?.push(found)
            return `p99 ${milliseconds(found.p99Ns)} at ${thousands(found.offeredPerSecond)}/s, others ${percent(found.disturbedShare)}`
          })
        }
      }
    }
  }
  for (const runner of runners) if (runner.findings.failure === undefined) keep(runner)
}

/** Forth and back, so that none always comes first. */
function inOrder<One>(all: readonly One[], turn: number): readonly One[] {
  return turn % 2 === 0 ? all : all.toReversed()
}

function keep({ findings, wrk, paced }: Runner): void {
  for (const [turn, one] of wrk.entries()) {
    findings.found.push({ wrk: one, paced: paced.flatMap((turns) => turns[turn] ?? []) })
  }
}
