/** Runs what the command line names out of what there is; without a name that is known, it lists them. */
import type { Bench } from './bench.ts'
import { BenchError } from './bench-error.ts'
import { progress } from './progress.ts'

/** A row of what there is. Its own code is loaded only when it runs. */
export interface Choice {
  /** What it does, in half a line. */
  readonly summary: string
  readonly load: () => Promise<Bench>
}

/**
 * Sets the exit code of this process: 1 for an unknown name or a `BenchError`.
 *
 * @param word what one of them is called
 * @param command how a person starts one, without its name
 * @param argv the name, then its arguments
 */
export async function runChosen(
  word: string,
  command: string,
  choices: Readonly<Record<string, Choice>>,
  [name, ...args]: readonly string[],
): Promise<void> {
  // Ends what it has started, by the exit listeners of those who started it.
  process.once('SIGINT', () => process.exit(130))
  process.once('SIGTERM', () => process.exit(143))
  const chosen = name !== undefined && Object.hasOwn(choices, name) ? choices[name] : undefined
  if (chosen === undefined) {
    if (name !== undefined && name !== '--help') console.error(`There is no ${word} "${name}".\n`)
    console.error(`Usage: ${command} -- NAME [options]\n\n${list(choices)}\n\nEach one takes --help.`)
    process.exitCode = name === '--help' ? 0 : 1
    return
  }
  try {
    const { usage, run } = await chosen.load()
    if (args.includes('--help')) console.log(usage)
    else await run(args)
  } catch (error) {
    if (!(error instanceof BenchError)) throw error
    progress(error.message)
    process.exitCode = 1
  }
}

function list(choices: Readonly<Record<string, Choice>>): string {
  const names = Object.entries(choices)
  const width = Math.max(...names.map(([known]) => known.length))
  return names.map(([known, { summary }]) => `  ${known.padEnd(width)}  ${summary}`).join('\n')
}
