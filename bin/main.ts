/** The command: reads the flags and hands over. What only one command needs is loaded only for it. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { version } from '../src/connection/version.ts'
import { ConfigurationError, type Loaded, loadConfiguration } from '../src/server/configuration/load.ts'
import { type SettingPath, settingRows } from '../src/server/configuration/settings.ts'

const examples = `
Examples:
  longwire                                   chat on http://127.0.0.1:9999 and TCP port 9998
  longwire --port 8080 --host 0.0.0.0        for everybody who can reach this machine
  longwire --tls-cert cert.pem --tls-key key.pem
  longwire --config longwire.json --print-config
  longwire token --user ann --ttl 1h         a token that lets ann in
  longwire redis --help                      looks at a Redis server: ping, stats, top

Every setting has an environment variable too (LONGWIRE_PORT, …); docs/configuration.md lists them.`

const program = new Command('longwire')
  .description('Long-lived connections: chat rooms over WebSocket and TCP.')
  .version(version)
  .option('--config <FILE>', 'Configuration file. Without it ./longwire.json is read if it is there.')
  .option('--print-config', 'Prints the settings, secrets masked, and where each comes from; then ends.')
  .addHelpText('after', examples)
  .showSuggestionAfterError()
  .exitOverride()

for (const [, { flag, placeholder, description, isList, isSwitch, standard }] of settingRows) {
  if (flag === undefined) continue
  if (isSwitch === true) {
    program.addOption(new Option(`--${flag}`, description))
    program.addOption(new Option(`--no-${flag}`, `The opposite of --${flag}.`))
    continue
  }
  const hint = standard === undefined || isList === true ? '' : ` (default: ${standard})`
  const option = new Option(`--${flag} <${placeholder}>`, description + hint)
  if (isList === true)
    option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value])
  program.addOption(option)
}

/** What stood behind the flags, by setting. */
function flagsOf(command: Command): Partial<Record<SettingPath, string | boolean | string[]>> {
  const flags: Partial<Record<SettingPath, string | boolean | string[]>> = {}
  for (const [path, { flag }] of settingRows) {
    if (flag === undefined) continue
    const value = command.getOptionValue(flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()))
    if (value !== undefined) flags[path] = value
  }
  return flags
}

function load(): Loaded {
  return loadConfiguration({
    flags: flagsOf(program),
    environment: process.env,
    file: program.getOptionValue('config') as string | undefined,
    isTerminal: process.stdout.isTTY === true,
  })
}

function countOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It is a number of at least 1.')
}

/** The folder for what is kept, wherever it is set. */
function dataDir(): string | undefined {
  return load().configuration.dataDir
}

program.action(async () => {
  const { configuration, shown } = load()
  if (program.getOptionValue('printConfig') === true) console.log(JSON.stringify(shown, null, 2))
  else await (await import('./serve.ts')).serve(configuration)
})

program
  .command('gateway')
  .description('Prepares the gateway.')
  .command('token')
  .description('Prints a new token, to be given to a client, and its hash, to stand in the rules.')
  .action(async () => {
    const { hashOfToken, newToken } = await import('../src/gateway/access/token.ts')
    const token = newToken()
    console.log(`token ${token}\nhash  ${hashOfToken(token)}`)
  })

program
  .command('token')
  .description('Prints a token that lets somebody in, made with the secret of this configuration.')
  .requiredOption('--user <NAME>', 'Who that is.')
  .option('--ttl <TIME>', 'How long it is good: 90s, 15m, 1h, 7d.', '1h')
  .option(
    '--info <JSON>',
    'What the members of rooms may see: \'{"name":"Ann"}\' is how that person is called.',
  )
  .option('--as-moderator', 'That person keeps order in rooms.')
  .option('--subscribe <CHANNEL...>', 'Channels that the server subscribes that person to.')
  .option('--channel <CHANNEL>', 'A token for this channel alone, instead of one to connect with.')
  .action(async (wishes) => (await import('./token.ts')).printToken(wishes, load().configuration))

program
  .command('api')
  .description('Prepares the server API.')
  .command('key')
  .description('Prints a new key, to be given to a program, and its hash, for --api-key.')
  .action(async () => {
    const { hashOfToken, newToken } = await import('../src/gateway/access/token.ts')
    const key = newToken()
    console.log(`key   ${key}\nhash  ${hashOfToken(key)}`)
  })
program
  .command('webhook')
  .description('Prepares webhooks.')
  .command('secret')
  .description('Prints a new secret, for LONGWIRE_WEBHOOKS_SECRETS and the back end.')
  .action(async () => console.log((await import('../src/server/webhooks/signature.ts')).newWebhookSecret()))
program
  .command('backup')
  .description('Copies the store of --data, which may be in use, to a file or into a folder.')
  .argument('<FILE|DIR>', 'Where the copy goes; in a folder it is named by the time.')
  .action(async (target: string) => (await import('./store.ts')).backUp(dataDir(), target))

program
  .command('restore')
  .description('Puts a back-up in place of the store of --data, which may not be in use and is moved aside.')
  .argument('<FILE>', 'What backup wrote.')
  .action(async (copy: string) => (await import('./store.ts')).restoreFrom(dataDir(), copy))

program
  .command('search')
  .description(
    'Prints what was said with these words, newest first, from the store of --data, which may be in use.',
  )
  .argument('<WORD...>', 'All of them, or words that begin so.')
  .option('--room <ROOM>', 'Only in this room.')
  .addOption(new Option('--limit <N>', 'At most so many.').default(20).argParser(countOf))
  .option('--json', 'Each publication as a line of JSON.')
  .action(async (words: string[], wishes) => (await import('./store.ts')).searchFor(dataDir(), words, wishes))

program
  .command('export')
  .description('Writes the store of --data, which may be in use, as NDJSON.')
  .argument('[FILE]', 'A new file. Without it: the standard output.')
  .action(async (target?: string) => (await import('./store.ts')).exportTo(dataDir(), target))

program
  .command('import')
  .description('Reads an export into the store of --data, which may not be in use.')
  .argument('[FILE]', 'What an export wrote. Without it: the standard input.')
  .action(async (source?: string) => (await import('./store.ts')).importFrom(dataDir(), source))

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof ConfigurationError) {
    console.error(`longwire: ${error.message}`)
    process.exitCode = 2
  } else if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2
  } else throw error
}
