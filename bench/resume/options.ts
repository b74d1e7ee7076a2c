/** The resume bench's command line. */
import { tmpdir } from 'node:os'
import { parseArgs } from 'node:util'
import { BenchError } from '../bench-error.ts'
import { type Cores, defaultCores } from '../cores.ts'
import { coresIn, fileIn, wholeIn, wholesIn } from '../option-values.ts'

export interface ResumeOptions {
  readonly clients: number
  /** Over how many rooms the clients are spread: a measurement each. */
  readonly rooms: readonly number[]
  /** Messages that each client has missed. */
  readonly behind: number
  /** New connections a second that the server takes; 0: no limit. A measurement each. */
  readonly handshakes: readonly number[]
  readonly runs: number
  readonly cores: Cores
  readonly folder: string
  readonly markdownFile: string | undefined
}

const standard = {
  clients: 5_000,
  rooms: [1, 100],
  behind: 100,
  // Without a limit, and as a server is without settings.
  handshakes: [0, 1_000],
  runs: 3,
} as const

export const usage = `Usage: npm run bench -- resume [options]

Clients subscribe, the server is killed, messages are published while they are away, the server is killed again and started, and
all come back at once: prints how long it takes until each has all that it missed, and the server's peak memory.

  --clients N           clients, one connection each (${standard.clients})
  --rooms NUMBERS       rooms that they are spread over, each in one (${standard.rooms.join(',')})
  --behind N            messages that each has missed, up to 1000 (${standard.behind})
  --handshakes NUMBERS  the server's limit of new connections a second; 0: none (${standard.handshakes.join(',')})
  --runs N              runs, of which medians are taken (${standard.runs})
  --folder DIR          where the stores are made (the system's folder for temporary files)
  --quick               one run without limit
  --cores SERVER,LOAD   cores to run on (${defaultCores.server},${defaultCores.load})
  --markdown FILE       writes the result there as well`

/**
 * Reads the command line.
 *
 * @throws BenchError `usage`
 */
export function parseResumeOptions(args: readonly string[]): ResumeOptions {
  const values = parse(args)
  const base = values.quick === true ? { ...standard, runs: 1, handshakes: [0] } : standard
  return {
    clients: values.clients === undefined ? base.clients : wholeIn('clients', values.clients, 1, 15_000),
    rooms: values.rooms === undefined ? base.rooms : wholesIn('rooms', values.rooms, 1, 15_000),
    behind: values.behind === undefined ? base.behind : wholeIn('behind', values.behind, 1, 1_000),
    handshakes:
      values.handshakes === undefined
        ? base.handshakes
        : wholesIn('handshakes', values.handshakes, 0, 1_000_000),
    runs: values.runs === undefined ? base.runs : wholeIn('runs', values.runs, 1, 1_000),
    cores: values.cores === undefined ? defaultCores : coresIn('cores', values.cores),
    folder: values.folder === undefined ? tmpdir() : fileIn(values.folder),
    markdownFile: values.markdown === undefined ? undefined : fileIn(values.markdown),
  }
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const
  try {
    return parseArgs({
      args: [...args],
      options: {
        clients: text,
        rooms: text,
        behind: text,
        handshakes: text,
        runs: text,
        cores: text,
        folder: text,
        markdown: text,
        quick: { type: 'boolean' },
      },
    }).values
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new BenchError('usage', `${reason}\n\n${usage}`, { cause: error })
  }
}
