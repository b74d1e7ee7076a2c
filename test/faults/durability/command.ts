/** `npm run faults -- durability`. */
import type { Bench } from '../../../bench/bench.ts'
import { progress } from '../../../bench/progress.ts'
import { parseDurabilityOptions, usage } from './options.ts'
import { report } from './report.ts'
import { runDurability } from './run.ts'

export const durability: Bench = {
  usage,

  async run(args) {
    const options = parseDurabilityOptions(args)
    progress(`seed ${options.seed}`)
    const outcome = await runDurability(options, progress)
    console.log(report(options, outcome))
    if (outcome.violations.total > 0) process.exitCode = 1
  },
}
