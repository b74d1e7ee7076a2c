/** `longwire redis`: looks at a Redis server through the pool. What only one command needs is loaded for it. */
import { styleText } from 'node:util'
import { Command, CommanderError, InvalidArgumentError } from 'commander'

const notes = `
URL:
  redis://[user:password@]host[:port][/database], rediss://… (TLS), or unix:///path[?db=database].
  Without it, LONGWIRE_REDIS_URL is taken, then redis://127.0.0.1:6379. A password in it is never printed.
  Certificates of an authority of your own: NODE_EXTRA_CA_CERTS=ca.pem longwire redis ping rediss://…

Examples:
  longwire redis ping                                is it there, and how far away
  longwire redis ping redis://:secret@10.0.0.5       … with a password
  longwire redis stats --json | jq .server.version   facts for programs
  longwire redis top --callers 64                    connections at work, until Ctrl-C
  longwire redis top --count 3 > top.txt             three tables into a file

Exit codes: 0, it went well; 1, the server cannot be used (a sentence says why); 2, a wrong flag or URL.`

const program = new Command('longwire redis')
  .usage('[command] [URL] [options]')
  .description('Looks at a Redis server through the connection pool of longwire/redis.')
  .configureHelp({ styleTitle: bold, showGlobalOptions: true, sortSubcommands: false })
  .addHelpText(
    'after',
    notes.replaceAll(/^(\w[\w ]*):/gm, (title) => bold(title)),
  )
  .helpCommand(false)
  .showSuggestionAfterError()
  .exitOverride()

subcommand('ping', 'Connects, sends PING, and tells the round trip, the version and the protocol.').action(
  async (url: string | undefined, options: { timeout: number }) => {
    const [{ visit }, { ping }] = await Promise.all([import('./redis/visit.ts'), import('./redis/ping.ts')])
    await visit(url, options.timeout, { size: 1 }, ping)
  },
)

subcommand('stats', 'Facts of the server, and what the pool says of itself after a short use (1,000 PINGs).')
  .option('--json', 'One JSON object instead of text.')
  .action(async (url: string | undefined, options: { timeout: number; json?: boolean }) => {
    const [{ visit }, { stats }] = await Promise.all([import('./redis/visit.ts'), import('./redis/stats.ts')])
    await visit(url, options.timeout, {}, (redis, shownUrl) => stats(redis, shownUrl, options.json === true))
  })

subcommand('top', 'A live table of the pool’s connections; on a terminal it is drawn in place.')
  .option('--interval <MS>', 'Time between two tables.', wholeNumber(50), 1000)
  .option('--count <N>', 'Ends after so many tables. Without it: Ctrl-C ends it.', wholeNumber(1))
  .option('--size <N>', 'Connections of the pool.', wholeNumber(1), 3)
  .option('--callers <N>', 'Callers that send PING all the time, to see the pool at work.', wholeNumber(0), 0)
  .action(async (url: string | undefined, options: TopFlags) => {
    const [{ visit }, { top, poolOptionsOfTop }] = await Promise.all([
      import('./redis/visit.ts'),
      import('./redis/top.ts'),
    ])
    await visit(url, options.timeout, poolOptionsOfTop(options), (redis, shownUrl) =>
      top(redis, shownUrl, options),
    )
  })

interface TopFlags {
  readonly timeout: number
  readonly interval: number
  readonly count?: number
  readonly size: number
  readonly callers: number
}

function subcommand(name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .argument('[URL]', 'where the server is')
    .option('--timeout <MS>', 'How long connecting may take.', wholeNumber(1), 2000)
    .configureHelp({ styleTitle: bold })
    .exitOverride()
}

function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= least && value < 2 ** 31) return value
    throw new InvalidArgumentError(`Expected a whole number of at least ${least}.`)
  }
}

function bold(text: string): string {
  return styleText('bold', text, { stream: process.stdout })
}

try {
  await program.parseAsync(process.argv.slice(3), { from: 'user' })
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  process.exitCode = error.exitCode === 0 || error.code === 'commander.help' ? 0 : 2
}
