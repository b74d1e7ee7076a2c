/**
 * The bench command: `npm run bench -- NAME [options]` runs one bench; without a name it lists them.
 *
 * Benches measure and print; they are never tests, and no result of theirs makes a build fail.
 */
import { BenchError } from './bench-error.ts'
import { benches, isBenchName } from './benches.ts'
import { progress } from './progress.ts'

const [name, ...args] = process.argv.slice(2)
// Ends what a bench has started, by the exit listeners of those who started it.
process.once('SIGINT', () => process.exit(130))
process.once('SIGTERM', () => process.exit(143))

if (name === undefined || !isBenchName(name)) {
  if (name !== undefined && name !== '--help') console.error(`There is no bench "${name}".\n`)
  console.error(`Usage: npm run bench -- NAME [options]\n\n${list()}\n\nEach one takes --help.`)
  process.exitCode = name === '--help' ? 0 : 1
} else {
  try {
    const bench = await benches[name].load()
    if (args.includes('--help')) console.log(bench.usage)
    else await bench.run(args)
  } catch (error) {
    if (!(error instanceof BenchError)) throw error
    progress(error.message)
    process.exitCode = 1
  }
}

function list(): string {
  const names = Object.entries(benches)
  const width = Math.max(...names.map(([known]) => known.length))
  return names.map(([known, { summary }]) => `  ${known.padEnd(width)}  ${summary}`).join('\n')
}
