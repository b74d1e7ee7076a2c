/**
 * The publish bench: how many publications a second are acknowledged as kept, and how late, by the number of rooms;
 * Longwire beside Redis streams and beside the least that SQLite costs.
 *
 * Each measurement has a server of its own on an empty folder. Within a run all contenders take turns at each load, so
 * that what disturbs the machine disturbs all of them alike.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench } from '../bench.ts'
import { requireCores } from '../cores.ts'
import { leastDisturbed } from '../disturbance.ts'
import { attempt, type Findings, preparedOrMissing } from '../findings.ts'
import { machineFacts } from '../machine.ts'
import { progress } from '../progress.ts'
import { milliseconds, percent, thousands, whole } from '../quantity.ts'
import { markdownReport, textReport } from '../report.ts'
import type { Contender, Measurement } from './contender.ts'
import { contenders } from './contenders.ts'
import { type PublishOptions, parsePublishOptions, usage } from './options.ts'
import { type ContenderResult, type PublishCase, type PublishResults, publishSections } from './report.ts'

export const publish: Bench = {
  usage,

  async run(args) {
    const options = parsePublishOptions(args)
    requireCores()
    const results = await runAll(options)
    const command = ['npm run bench -- publish', ...args].join(' ')
    const sections = publishSections(results, options, machineFacts(), command)
    console.log(textReport(sections))
    if (options.markdownFile !== undefined) {
      writeFileSync(options.markdownFile, markdownReport(sections))
      progress(`Written to ${options.markdownFile}.`)
    }
  },
}

/** The loads that are measured: a room without a publisher would be none. */
export function publishCases({
  rooms,
  publishers,
}: Pick<PublishOptions, 'rooms' | 'publishers'>): PublishCase[] {
  return publishers.flatMap((count) =>
    rooms.filter((each) => each <= count).map((each) => ({ rooms: each, publishers: count })),
  )
}

async function runAll(options: PublishOptions): Promise<PublishResults> {
  const cases = publishCases(options)
  const results: ContenderResult[] = options.only.map((name) => ({
    name,
    prepared: preparedOrMissing(() => contenders[name].prepare()),
    cases: new Map(cases.map((one) => [one, { found: [] }])),
  }))
  const able = results.filter(({ prepared }) => typeof prepared === 'string')
  const steps = options.runs * cases.length * able.length
  let step = 0
  for (let run = 1; run <= options.runs; run++) {
    for (const one of cases) {
      for (const { name, cases: findings } of able) {
        const outcome = await runOnce(contenders[name], findings.get(one)!, one, options)
        step++
        const place = `${whole(one.rooms)} rooms, ${whole(one.publishers)} publishers, ${name}`
        progress(`[${step}/${steps}] run ${run}: ${place}: ${outcome}`)
      }
    }
  }
  return { cases, contenders: results }
}

function runOnce(
  contender: Contender,
  findings: Findings<Measurement>,
  one: PublishCase,
  { warmupMs, measureMs, cores, folder: parent }: PublishOptions,
): Promise<string> {
  return attempt(findings, async () => {
    const found = await leastDisturbed(cores, async () => {
      const folder = mkdtempSync(join(parent, 'longwire-publish-'))
      try {
        return await contender.measure({ ...one, warmupMs, measureMs, cores, folder })
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    })
    findings.found.push(found)
    return `${thousands(found.acknowledgedPerSecond)}/s, p99 ${milliseconds(found.p99Ns)}, others ${percent(found.disturbedShare)}`
  })
}
