/**
 * Where settings come from: flags, then environment variables, then the file, then the defaults. A wrong key or
 * value ends the start and says where it stands, what was found and what was expected.
 */
import { existsSync, readFileSync } from 'node:fs'
import type { z } from 'zod'
import { faultOf } from '../../chat/namespaces/namespaces.ts'
import { LongwireError } from '../../connection/errors.ts'
import { maskedUrl } from '../../redis/url.ts'
import { isLoopback } from '../loopback.ts'
import type { Configuration } from './configuration.ts'
import { nearest } from './nearest.ts'
import type { Setting } from './setting.ts'
import { type SettingPath, settingRows, settings, variableOf } from './settings.ts'

/** A setting that cannot be. The message is one or more whole sentences for a person. */
export class ConfigurationError extends LongwireError {
  constructor(message: string) {
    super('CONFIGURATION', message)
  }
}

export interface Sources {
  /** By setting: what stood behind its flag; for a switch, which way it is. Lists hold one element for each time. */
  readonly flags: Readonly<Partial<Record<SettingPath, string | boolean | readonly string[]>>>
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The file from `--config`; without one `longwire.json` is read if it is there. */
  readonly file: string | undefined
  readonly isTerminal: boolean
}

export interface Loaded {
  readonly configuration: Configuration
  /** For each setting its value, secrets masked, and where it came from. */
  readonly shown: Readonly<Record<string, { value: unknown; source: string }>>
}

const standardFile = 'longwire.json'
/** In the folder where the server is started, as its configuration file. */
export const standardDataDir = 'longwire-data'

export function loadConfiguration(sources: Sources): Loaded {
  const file = readFile(sources)
  checkVariables(sources.environment)
  const values: Partial<Record<SettingPath, unknown>> = {}
  const shown: Record<string, { value: unknown; source: string }> = {}
  for (const [path, setting] of settingRows) {
    const { value, source } = resolve(path, setting, sources, file)
    values[path] = value
    shown[path] = { value: value === undefined ? null : shownValue(setting, value), source }
  }
  values.logFormat ??= sources.isTerminal ? 'pretty' : 'json'
  values.anonymous ??= isLoopback(String(values.host))
  if (values.store === 'sqlite') values.dataDir ??= standardDataDir
  for (const path of ['logFormat', 'anonymous', 'dataDir'] as const) {
    shown[path] = { value: values[path] ?? null, source: shown[path]?.source ?? 'default' }
  }
  return { configuration: build(values), shown }
}

function resolve(
  path: SettingPath,
  setting: Setting,
  { flags, environment }: Sources,
  file: ConfigurationFile | undefined,
): { value: unknown; source: string } {
  const flag = flags[path]
  const variable = variableOf(path)
  const fromVariable = environment[variable]
  const fromFile = file?.values.get(path)
  if (flag !== undefined) {
    const source = `--${setting.flag}`
    return { value: checked(source, setting, fromText(setting, flag)), source }
  }
  if (fromVariable !== undefined && fromVariable !== '') {
    return { value: checked(variable, setting, fromText(setting, fromVariable)), source: variable }
  }
  if (file !== undefined && fromFile !== undefined) {
    return { value: checked(`${file.path}: ${path}`, setting, fromFile), source: file.path }
  }
  return { value: setting.standard, source: 'default' }
}

/** Text from a flag or a variable as a file would hold it. */
function fromText(setting: Setting, text: string | boolean | readonly string[]): unknown {
  if (setting.isSwitch === true) return switches.get(text) ?? text
  if (setting.isList === true) {
    return typeof text === 'string' ? text.split(',').map((part) => part.trim()) : text
  }
  if (setting.isJson === true && typeof text === 'string') return jsonFrom(text)
  if (typeof setting.standard === 'boolean' && /^(true|false)$/.test(String(text))) return text === 'true'
  // A setting without a default does not say by it what it is.
  const isNumber = typeof setting.standard === 'number' || setting.schema.safeParse(1).success
  return isNumber && typeof text === 'string' && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
}

/** A text that is no JSON is itself: what was expected instead is said where it is checked. */
function jsonFrom(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const switches = new Map<unknown, boolean>([
  ['true', true],
  ['false', false],
])

function checked(place: string, setting: Setting, value: unknown): unknown {
  const result = setting.schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  if (setting.isJson === true && issue !== undefined) {
    const fault = faultOf(issue, value)
    const where = [place, ...fault.path].join('.')
    throw new ConfigurationError(
      `${where}: found ${JSON.stringify(fault.found)}, expected ${fault.expected}.`,
    )
  }
  const found = setting.isSecret === true ? 'a value that is not shown' : JSON.stringify(value)
  throw new ConfigurationError(`${place}: found ${found}, expected ${expectation(setting, result.error)}.`)
}

/** What would have been right, in words. */
function expectation(setting: Setting, error: z.ZodError): string {
  const messages = error.issues.flatMap((issue) =>
    issue.code === 'invalid_union'
      ? issue.errors.flatMap((inner) => inner.map(({ message }) => message))
      : issue.message,
  )
  return `${messages.join(' or ').replace(/^Invalid (input|option): expected /, '')} (for example ${JSON.stringify(setting.standard ?? exampleOf(setting))})`
}

function exampleOf({ isSwitch, placeholder }: Setting): unknown {
  return isSwitch === true ? true : `a ${placeholder}`
}

interface ConfigurationFile {
  readonly path: string
  readonly values: ReadonlyMap<string, unknown>
}

function readFile({ file }: Sources): ConfigurationFile | undefined {
  const path = file ?? standardFile
  if (file === undefined && !existsSync(path)) return undefined
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new ConfigurationError(
      `${path}: the configuration file cannot be read: ${(error as Error).message}.`,
    )
  }
  const values = new Map<string, unknown>()
  flatten(path, parse(path, text), '', values)
  return { path, values }
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const message = (error as Error).message
    const at = /position (\d+)/.exec(message)?.[1]
    const before = text.slice(0, at === undefined ? text.length : Number(at)).split('\n')
    const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`
    throw new ConfigurationError(`${path}: ${place}: this is not JSON: ${message}.`)
  }
}

/** Nested objects to dotted paths, every key checked. */
function flatten(path: string, value: unknown, prefix: string, into: Map<string, unknown>): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const where = prefix === '' ? path : `${path}: ${prefix.slice(0, -1)}`
    throw new ConfigurationError(`${where}: found ${JSON.stringify(value)}, expected an object of settings.`)
  }
  const known = settingRows.map(([name]) => name as string)
  for (const [key, inner] of Object.entries(value)) {
    const name = prefix + key
    if (prefix === '' && key === '$schema') continue
    if (known.includes(name)) into.set(name, inner)
    else if (known.some((other) => other.startsWith(`${name}.`))) flatten(path, inner, `${name}.`, into)
    else throw new ConfigurationError(`${path}: there is no setting "${name}"${suggestion(name, known)}`)
  }
}

function checkVariables(environment: Sources['environment']): void {
  const known = settingRows.map(([path]) => variableOf(path))
  for (const name of Object.keys(environment)) {
    if (!name.startsWith('LONGWIRE_') || known.includes(name)) continue
    throw new ConfigurationError(`${name}: there is no such setting${suggestion(name, known)}`)
  }
}

function suggestion(name: string, known: readonly string[]): string {
  const near = nearest(name, known)
  return near === undefined ? '.' : `; did you mean "${near}"?`
}

function shownValue(setting: Setting, value: unknown): unknown {
  if (setting.isSecret !== true) return value
  if (Array.isArray(value)) return value.map(() => '***')
  return typeof value === 'string' ? maskedUrl(value) : value
}

function build(values: Partial<Record<SettingPath, unknown>>): Configuration {
  const nested: Record<string, unknown> = {}
  for (const [path, value] of Object.entries(values)) {
    const [first = path, second] = path.split('.')
    if (second === undefined) nested[first] = value
    else nested[first] = { ...(nested[first] as object | undefined), [second]: value }
  }
  const { certFile, keyFile } = nested.tls as { certFile?: string; keyFile?: string }
  if ((certFile === undefined) !== (keyFile === undefined)) {
    const missing = certFile === undefined ? 'certFile' : 'keyFile'
    const flag = settings[`tls.${missing}`].flag
    throw new ConfigurationError(
      `--${flag}: found nothing, expected a file, since a certificate and its key go together.`,
    )
  }
  const { personal, namespaces } = nested.rooms as Configuration['rooms']
  if (personal !== undefined && !Object.hasOwn(namespaces, personal)) {
    const names = Object.keys(namespaces)
    const expected = names.length === 0 ? 'that there are namespaces' : `one of ${names.join(', ')}`
    throw new ConfigurationError(`rooms.personal: found ${JSON.stringify(personal)}, expected ${expected}.`)
  }
  const timing = nested.timing as Configuration['timing']
  if (timing.pingIntervalMs >= timing.readDeadlineMs) {
    throw new ConfigurationError(
      `--ping-interval: found ${timing.pingIntervalMs}, expected less than the read deadline, ${timing.readDeadlineMs}.`,
    )
  }
  nested.tls = certFile === undefined ? undefined : { certFile, keyFile }
  return Object.freeze(nested) as unknown as Configuration
}
