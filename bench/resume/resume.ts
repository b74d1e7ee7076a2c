/**
 * The resume bench: after a restart all clients come back in the same moment, each for what it missed. How long it takes
 * until the last has it, and what memory that takes.
 */
import { writeFileSync } from 'node:fs'
import type { Bench } from '../bench.ts'
import { requireCores } from '../cores.ts'
import { leastDisturbed } from '../disturbance.ts'
import { attempt, type Findings } from '../findings.ts'
import { prepareLongwire } from '../longwire.ts'
import { machineFacts } from '../machine.ts'
import { progress } from '../progress.ts'
import { mebibytes, milliseconds, percent, whole } from '../quantity.ts'
import { markdownReport, textReport } from '../report.ts'
import { type Measurement, measureResume, type ResumeCase } from './measurement.ts'
import { parseResumeOptions, type ResumeOptions, usage } from './options.ts'
import { type ResumeResults, resumeSections } from './report.ts'

export const resume: Bench = {
  usage,

  async run(args) {
    const options = parseResumeOptions(args)
    requireCores()
    prepareLongwire()
    const results = await runAll(options)
    const command = ['npm run bench -- resume', ...args].join(' ')
    const sections = resumeSections(results, options, machineFacts(), command)
    console.log(textReport(sections))
    if (options.markdownFile !== undefined) {
      writeFileSync(options.markdownFile, markdownReport(sections))
      progress(`Written to ${options.markdownFile}.`)
    }
  },
}

async function runAll(options: ResumeOptions): Promise<ResumeResults> {
  const cases: ResumeCase[] = options.rooms.flatMap((rooms) =>
    options.handshakes.map((handshakes) => ({ rooms, handshakes })),
  )
  const results = new Map<ResumeCase, Findings<Measurement>>(cases.map((one) => [one, { found: [] }]))
  let step = 0
  for (let run = 1; run <= options.runs; run++) {
    for (const [one, findings] of results) {
      const outcome = await attempt(findings, async () => {
        const found = await leastDisturbed(options.cores, () => measureResume(one, options))
        findings.found.push(found)
        return `${milliseconds(found.tookNs)}, peak ${mebibytes(found.peakBytes)}, ${whole(found.refused)} refused, others ${percent(found.disturbedShare)}`
      })
      step++
      const limit = one.handshakes === 0 ? 'no limit' : `${whole(one.handshakes)} handshakes a second`
      progress(
        `[${step}/${cases.length * options.runs}] run ${run}: ${whole(one.rooms)} rooms, ${limit}: ${outcome}`,
      )
    }
  }
  return results
}
