import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  ConfigurationError,
  type Loaded,
  loadConfiguration,
  type Sources,
} from '../../../../src/server/configuration/load.ts'
import { configurationPage } from '../../../../src/server/configuration/page.ts'
import { configurationSchema } from '../../../../src/server/configuration/schema.ts'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'longwire-configuration-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Loads from these; a file's content is given as text or as an object. */
function load(sources: Partial<Omit<Sources, 'file'>> & { file?: unknown } = {}): Loaded {
  let file: string | undefined
  if (sources.file !== undefined) {
    file = join(folder, 'longwire.json')
    writeFileSync(file, typeof sources.file === 'string' ? sources.file : JSON.stringify(sources.file))
  }
  return loadConfiguration({ flags: {}, environment: {}, isTerminal: false, ...sources, file })
}

describe('Settings', () => {
  it('come from flags before variables before the file before the defaults', () => {
    const file = { port: 1, host: 'file', tcpPort: 11, limits: { messageRate: 5 } }
    const environment = { LONGWIRE_PORT: '2', LONGWIRE_HOST: 'variable', LONGWIRE_LIMITS_MESSAGE_BYTES: '77' }
    const { configuration, shown } = load({ flags: { port: '3' }, environment, file })
    expect(configuration).toMatchObject({
      port: 3,
      host: 'variable',
      tcpPort: 11,
      drainTimeoutMs: 10_000,
      limits: { messageRate: 5, messageBytes: 77, outboxBytes: 1_048_576 },
    })
    expect(['port', 'host', 'tcpPort', 'drainTimeoutMs'].map((path) => shown[path]?.source)).toEqual([
      '--port',
      'LONGWIRE_HOST',
      join(folder, 'longwire.json'),
      'default',
    ])
  })

  it('that are lists come repeated as flags and with commas as variables', () => {
    const flags = { allowOrigin: ['https://a', 'https://b'] }
    expect(load({ flags }).configuration.allowOrigin).toEqual(['https://a', 'https://b'])
    const environment = { LONGWIRE_ALLOW_ORIGIN: 'https://a, https://b' }
    expect(load({ environment }).configuration.allowOrigin).toEqual(['https://a', 'https://b'])
  })

  it('that are yes or no are switches as flags, and words as variables', () => {
    expect(load({ flags: { anonymous: false } }).configuration.anonymous).toBe(false)
    expect(load({ environment: { LONGWIRE_ANONYMOUS: 'true' } }).configuration.anonymous).toBe(true)
    const faulty = () => load({ environment: { LONGWIRE_ANONYMOUS: 'yes' } })
    expect(faulty).toThrow('LONGWIRE_ANONYMOUS: found "yes", expected true or false (for example true).')
  })

  it.each([
    ['127.0.0.1', true],
    ['::1', true],
    ['localhost', true],
    ['0.0.0.0', false],
    ['::', false],
    ['192.168.1.5', false],
    ['127.example.org', false],
  ])('let in who has no token where the server listens on %s: %s', (host, anonymous) => {
    const { configuration, shown } = load({ flags: { host } })
    expect([configuration.anonymous, shown.anonymous?.value]).toEqual([anonymous, anonymous])
  })

  it('that are secrets are never shown, also when they are wrong', () => {
    const good = 'a secret of at least thirty-two bytes'
    const { shown } = load({ environment: { LONGWIRE_TOKENS_SECRET: good } })
    expect(shown['tokens.secret']?.value).toBe('***')
    const short = () => load({ environment: { LONGWIRE_TOKENS_SECRET: 'shortsecret' } })
    expect(short).toThrow('at least 32 characters')
    expect(short).not.toThrow('shortsecret')
  })

  it('let logs be pretty on a terminal only', () => {
    expect(load({ isTerminal: true }).configuration.logFormat).toBe('pretty')
    expect(load().configuration.logFormat).toBe('json')
    expect(load({ isTerminal: true, flags: { logFormat: 'json' } }).configuration.logFormat).toBe('json')
  })

  it('that have no default are numbers all the same where they may be', () => {
    expect(load().configuration.rooms.historySize).toBeUndefined()
    expect(load({ flags: { 'rooms.historySize': '100' } }).configuration.rooms.historySize).toBe(100)
    expect(() => load({ flags: { 'rooms.historySize': '-1' } })).toThrow(/^--history-size: found -1/)
  })

  it('keep what is said in a folder, unless told to keep it in memory', () => {
    const standard = load()
    expect(standard.configuration).toMatchObject({ store: 'sqlite', dataDir: 'longwire-data' })
    expect(standard.shown.dataDir).toEqual({ value: 'longwire-data', source: 'default' })
    const named = load({ flags: { dataDir: 'kept' } })
    expect(named.configuration).toMatchObject({ store: 'sqlite', dataDir: 'kept' })
    const fleeting = load({ flags: { store: 'memory' } })
    expect(fleeting.configuration).toMatchObject({ store: 'memory', dataDir: undefined })
    const both = load({ flags: { dataDir: 'kept', store: 'memory' } })
    expect(both.configuration).toMatchObject({ store: 'memory', dataDir: 'kept' })
  })

  it('of namespaces come from the file, or as JSON from a variable, and are shown', () => {
    const table = { news: { publish: 'nobody', historySize: 500 }, talk: {} }
    const { configuration, shown } = load({
      file: { rooms: { subscribe: 'users', namespaces: table, personal: 'talk' } },
      environment: { LONGWIRE_ROOMS_PRESENCE: 'false', LONGWIRE_ROOMS_PUBLICATIONS_PER_SECOND: '0.5' },
    })
    expect(configuration.rooms).toMatchObject({
      subscribe: 'users',
      publish: 'everybody',
      presence: false,
      publicationsPerSecond: 0.5,
      namespaces: table,
      personal: 'talk',
    })
    expect(shown['rooms.namespaces']).toMatchObject({ value: table })
    const environment = { LONGWIRE_ROOMS_NAMESPACES: JSON.stringify(table) }
    expect(load({ environment }).configuration.rooms.namespaces).toEqual(table)
  })

  it('that are secret are masked wherever they are shown', () => {
    const secret = 'redis://user:hunter2@redis.example:6379/0'
    const { configuration, shown } = load({ flags: { redisUrl: secret } })
    expect(configuration.redisUrl).toBe(secret)
    expect(shown.redisUrl?.value).toBe('redis://user:***@redis.example:6379/0')
    expect(() => load({ flags: { redisUrl: 'http://u:hunter2@x' } })).toThrow(/^(?!.*hunter2).*--redis/)
  })
})

describe('The start ends with a sentence that names place, finding and expectation', () => {
  it.each<[string, Parameters<typeof load>[0], RegExp]>([
    ['a flag with a wrong value', { flags: { port: 'abc' } }, /^--port: found "abc", expected number/],
    ['a port that is none', { flags: { port: '70000' } }, /^--port: found 70000, expected .*65535/],
    [
      'a variable with a wrong value',
      { environment: { LONGWIRE_PORT: 'x' } },
      /^LONGWIRE_PORT: found "x", expected number/,
    ],
    ['an unknown variable', { environment: { LONGWIRE_PROT: '1' } }, /LONGWIRE_PROT: .*mean "LONGWIRE_PORT"/],
    [
      'a wrong value in the file',
      { file: { port: '1' } },
      /longwire\.json: port: found "1", expected number/,
    ],
    [
      'an unknown key in the file',
      { file: { prot: 1 } },
      /longwire\.json: there is no setting "prot"; did you mean "port"\?/,
    ],
    [
      'an unknown inner key',
      { file: { limits: { mesageRate: 1 } } },
      /"limits.mesageRate"; did you mean "limits.messageRate"/,
    ],
    ['a key that is like none', { file: { zzzzzzzz: 1 } }, /there is no setting "zzzzzzzz"\.$/],
    [
      'a group that is no object',
      { file: { limits: 3 } },
      /longwire\.json: limits: found 3, expected an object/,
    ],
    ['a file that is no object', { file: '[]' }, /longwire\.json: found \[\], expected an object/],
    ['a file that is no JSON', { file: '{"port": 1,\n "x" 2}' }, /line 2, column 6: this is not JSON/],
    [
      'a wrong option of a namespace',
      { file: { rooms: { namespaces: { news: { publish: 'noone' } } } } },
      /longwire\.json: rooms\.namespaces\.news\.publish: found "noone", expected one of "everybody"\|"users"\|"subscribers"\|"nobody"\.$/,
    ],
    [
      'an option of a namespace that is out of bounds',
      { file: { rooms: { namespaces: { news: { members: -1 } } } } },
      /rooms\.namespaces\.news\.members: found -1, expected number to be >=0\.$/,
    ],
    [
      'an unknown option of a namespace',
      { file: { rooms: { namespaces: { news: { publsh: 'nobody' } } } } },
      /rooms\.namespaces\.news\.publsh: found "nobody", expected one of historySize, .*publish/,
    ],
    [
      'a name that no namespace may have',
      { file: { rooms: { namespaces: { 'a:b': {} } } } },
      /rooms\.namespaces\.a:b: found "a:b", expected a name that begins with a letter or digit/,
    ],
    [
      'namespaces in a variable that is no JSON',
      { environment: { LONGWIRE_ROOMS_NAMESPACES: 'news' } },
      /^LONGWIRE_ROOMS_NAMESPACES: found "news", expected an object\.$/,
    ],
    [
      'a wrong option of rooms',
      { environment: { LONGWIRE_ROOMS_SUBSCRIBE: 'subscribers' } },
      /^LONGWIRE_ROOMS_SUBSCRIBE: found "subscribers", expected .*"everybody"\|"users"\|"nobody"/,
    ],
    [
      'personal rooms in a namespace that there is not',
      { file: { rooms: { namespaces: { news: {} }, personal: 'mine' } } },
      /^rooms\.personal: found "mine", expected one of news\.$/,
    ],
    ['a certificate without its key', { flags: { 'tls.certFile': 'a.pem' } }, /^--tls-key: found nothing/],
    [
      'pings rarer than the deadline',
      { flags: { 'timing.pingIntervalMs': '60000' } },
      /^--ping-interval: found 60000/,
    ],
  ])('at %s', (_what, sources, expected) => {
    expect(() => load(sources)).toThrow(ConfigurationError)
    expect(() => load(sources)).toThrow(expected)
  })

  it('at a file that is not there', () => {
    const sources: Sources = { flags: {}, environment: {}, file: '/nowhere.json', isTerminal: false }
    expect(() => loadConfiguration(sources)).toThrow('/nowhere.json: the configuration file cannot be read')
  })
})

describe('What derives from the table of settings is up to date (node scripts/schema.ts)', () => {
  const read = (path: string): string => readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8')

  it('the JSON schema', () => {
    expect(JSON.parse(read('schema/longwire.schema.json'))).toEqual(configurationSchema())
  })

  it('the page of the documentation', () => {
    expect(read('docs/configuration.md')).toBe(configurationPage())
  })
})
