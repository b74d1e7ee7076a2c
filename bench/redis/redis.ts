/**
 * The Redis bench: how many commands a second clients carry from many callers at once, how late, and what that costs
 * them in processor time; Longwire beside other clients and beside redis-benchmark.
 *
 * Each measurement has a client process and a redis-server of its own, freshly started. Within a run all clients take
 * turns at each load, so that what disturbs the machine disturbs all of them alike.
 */
import { writeFileSync } from 'node:fs'
import type { Bench } from '../bench.ts'
import { requireCores } from '../cores.ts'
import { leastDisturbed } from '../disturbance.ts'
import { attempt, type Findings, preparedOrMissing } from '../findings.ts'
import { type Fact, machineFacts } from '../machine.ts'
import { progress } from '../progress.ts'
import { milliseconds, percent, thousands } from '../quantity.ts'
import { markdownReport, type Section, textReport } from '../report.ts'
import type { Contender, PreparedContender } from './contender.ts'
import { type ContenderName, contenders } from './contenders.ts'
import { createDataset, fill } from './dataset.ts'
import type { Measurement } from './measurement.ts'
import { measureMemory, memorySections } from './memory.ts'
import { parseRedisOptions, type RedisOptions, usage } from './options.ts'
import { redisServerVersion, startRedisServer } from './redis-server.ts'
import { redisSections } from './report.ts'
import type { ContenderResult, RedisCase, RedisResults } from './results.ts'
import { workloads } from './workloads.ts'

export const redis: Bench = {
  usage,

  async run(args) {
    const options = parseRedisOptions(args)
    requireCores()
    const facts: Fact[] = [...machineFacts(), ['redis-server', redisServerVersion()]]
    const command = ['npm run bench -- redis', ...args].join(' ')
    const sections: Section[] =
      options.memoryOperations > 0
        ? memorySections(await measureMemory(options), facts, command)
        : redisSections(await runAll(options), options, facts, command)
    console.log(textReport(sections))
    if (options.markdownFile !== undefined) {
      writeFileSync(options.markdownFile, markdownReport(sections))
      progress(`Written to ${options.markdownFile}.`)
    }
  },
}

async function runAll(options: RedisOptions): Promise<RedisResults> {
  const cases: RedisCase[] = options.workloads.flatMap((workload) =>
    options.callers.map((callers) => ({ workload, callers })),
  )
  const results = new Map<ContenderName, ContenderResult>()
  const steps: {
    one: RedisCase
    name: string
    prepared: PreparedContender
    findings: Findings<Measurement>
  }[] = []
  for (const name of options.only) {
    const contender: Contender = contenders[name]
    const prepared = preparedOrMissing(() => contender.prepare())
    const possible = cases.filter(({ workload }) => contender.lacks?.includes(workload) !== true)
    const findings = new Map<RedisCase, Findings<Measurement>>()
    results.set(name, { contender, prepared, cases: findings })
    if ('missing' in prepared) {
      progress(`${name} is left out: ${prepared.missing}.`)
      continue
    }
    for (const one of possible) {
      const found = { found: [] }
      findings.set(one, found)
      steps.push({ one, name, prepared, findings: found })
    }
  }
  steps.sort((a, b) => cases.indexOf(a.one) - cases.indexOf(b.one))
  let done = 0
  for (let run = 1; run <= options.runs; run++) {
    for (const { one, name, prepared, findings } of steps) {
      const outcome = await attempt(findings, () => runOnce(prepared, findings, one, options))
      done++
      const place = `${workloads[one.workload].title}, ${one.callers} callers, ${name}`
      progress(`[${done}/${steps.length * options.runs}] run ${run}: ${place}: ${outcome}`)
    }
  }
  return { cases, contenders: results }
}

async function runOnce(
  prepared: PreparedContender,
  findings: Findings<Measurement>,
  { workload, callers }: RedisCase,
  { warmupMs, measureMs, cores }: RedisOptions,
): Promise<string> {
  const found = await leastDisturbed(cores, async () => {
    await using server = await startRedisServer(cores.server)
    await fill(Number(server.address.port), createDataset(workloads[workload].valueBytes))
    return await prepared.measure(server, { workload, callers, warmupMs, measureMs, cores })
  })
  findings.found.push(found)
  return `${thousands(found.operationsPerSecond)}/s, p99 ${milliseconds(found.p99Ns)}, others ${percent(found.disturbedShare)}`
}
