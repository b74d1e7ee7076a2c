/**
 * Checks that imports go one way: `server → gateway, chat → broker → redis → transports → connection`.
 *
 * Run as a program it checks this project and exits 1 where a rule is broken, with a line for each.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join } from 'node:path'
import { parseSync, Visitor } from 'vite'

/** What each layer of src/ may import, beside itself. Nothing imports what stands in no row. */
export const layers = {
  connection: [],
  transports: ['connection'],
  redis: ['transports', 'connection'],
  broker: ['redis', 'transports', 'connection'],
  chat: ['broker', 'redis', 'transports', 'connection'],
  gateway: ['broker', 'redis', 'transports', 'connection'],
  server: ['gateway', 'chat', 'broker', 'redis', 'transports', 'connection'],
} as const satisfies Record<string, readonly string[]>

/** Layers that a program may import alone, so they bring no package along. */
export const layersWithoutPackages: ReadonlySet<string> = new Set(['connection', 'transports', 'redis'])

/** One import that a rule forbids. */
export interface Violation {
  readonly file: string
  readonly line: number
  readonly imported: string
  readonly rule: string
}

/** One import statement, dynamic import or import type. */
export interface Import {
  readonly specifier: string
  readonly line: number
  readonly isTypeOnly: boolean
}

/**
 * Checks files against the rules.
 *
 * @param files text by path from the project's root, such as `src/chat/room.ts`
 * @param dependencies names of the packages that are installed with ours
 */
export function checkLayers(
  files: ReadonlyMap<string, string>,
  dependencies: ReadonlySet<string>,
): Violation[] {
  const violations: Violation[] = []
  for (const [file, text] of files) {
    for (const found of importsOf(file, text)) {
      const rule = brokenRule(file, found, dependencies)
      if (rule !== undefined) {
        violations.push({ file, line: found.line, imported: found.specifier, rule })
      }
    }
  }
  return violations
}

/** The rule that an import breaks, or `undefined`: it is allowed. */
function brokenRule(file: string, found: Import, dependencies: ReadonlySet<string>): string | undefined {
  const from = placeOf(file)
  if (!found.specifier.startsWith('.')) return brokenPackageRule(from, found.specifier, dependencies)
  const to = placeOf(join(dirname(file), found.specifier))

  if (to.kind === 'other') {
    return to.path.endsWith('.json') ? undefined : `${nameOf(from)} imports nothing from outside src/`
  }
  switch (from.kind) {
    case 'layer':
      return brokenLayerRule(from, to)
    case 'unknown':
      return `src/${from.folder} is no layer; the layers are ${Object.keys(layers).join(', ')}`
    case 'exports':
    case 'command':
      return to.kind === 'web' ? `${nameOf(from)} does not import web/` : undefined
    case 'web':
      if (to.kind === 'web') return undefined
      return to.path.endsWith('/protocol.ts') && found.isTypeOnly
        ? undefined
        : 'web/ imports nothing of src/ but types from a file named protocol.ts'
    case 'other':
      return undefined
  }
}

function brokenLayerRule(from: Place & { kind: 'layer' }, to: Place): string | undefined {
  if (to.kind !== 'layer') return `${from.layer} imports only layers, and ${nameOf(to)} is none`
  const allowed: readonly string[] = layers[from.layer]
  if (to.layer === from.layer || allowed.includes(to.layer)) return undefined
  return allowed.length === 0
    ? `${from.layer} imports nothing but itself`
    : `${from.layer} imports only itself and ${allowed.join(', ')}`
}

function brokenPackageRule(
  from: Place,
  specifier: string,
  dependencies: ReadonlySet<string>,
): string | undefined {
  if (specifier.startsWith('node:') || builtinModules.includes(specifier)) {
    return from.kind === 'web' && !from.path.startsWith('web/vite.config.')
      ? 'web/ runs in browsers, where there are no Node modules'
      : undefined
  }
  if (from.kind === 'web' || from.kind === 'other') return undefined
  if (from.kind === 'layer' && layersWithoutPackages.has(from.layer)) {
    return `${from.layer} imports no package, only Node's own modules (node:...)`
  }
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
  return dependencies.has(name)
    ? undefined
    : `${nameOf(from)} imports only packages listed in "dependencies" of package.json`
}

type LayerName = keyof typeof layers

/** Which part of the project a file belongs to. */
type Place = { readonly path: string } & (
  | { readonly kind: 'layer'; readonly layer: LayerName }
  | { readonly kind: 'exports' | 'command' | 'web' | 'other' }
  | { readonly kind: 'unknown'; readonly folder: string }
)

function placeOf(path: string): Place {
  const [top, second = ''] = path.split('/')
  if (top === 'web') return { kind: 'web', path }
  if (top === 'bin') return { kind: 'command', path }
  if (top !== 'src') return { kind: 'other', path }
  if (path === 'src/index.ts' || second === 'exports') return { kind: 'exports', path }
  if (Object.hasOwn(layers, second)) return { kind: 'layer', layer: second as LayerName, path }
  return { kind: 'unknown', folder: second, path }
}

function nameOf(place: Place): string {
  switch (place.kind) {
    case 'layer':
      return place.layer
    case 'exports':
      return place.path
    case 'command':
      return 'bin/'
    case 'web':
      return 'web/'
    default:
      return place.path
  }
}

/** All that a file imports, in whatever form, in order. Throws where the file can't be parsed. */
export function importsOf(file: string, text: string): Import[] {
  const { program, errors } = parseSync(file, text)
  const fault = errors[0]
  if (fault !== undefined) throw new SyntaxError(`${file}: ${fault.message}`)
  const found: { specifier: string; start: number; isTypeOnly: boolean }[] = []
  const add = (source: { value: unknown; start: number } | null, isTypeOnly: boolean) => {
    if (typeof source?.value === 'string') {
      found.push({ specifier: source.value, start: source.start, isTypeOnly })
    }
  }
  const visitor = new Visitor({
    ImportDeclaration: (node) => add(node.source, node.importKind === 'type'),
    ExportNamedDeclaration: (node) => add(node.source, node.exportKind === 'type'),
    ExportAllDeclaration: (node) => add(node.source, node.exportKind === 'type'),
    TSImportType: (node) => add(node.source, true),
    ImportExpression: (node) => {
      if (node.source.type === 'Literal') add(node.source, false)
    },
  })
  visitor.visit(program)
  return found
    .sort((one, other) => one.start - other.start)
    .map(({ start, ...rest }) => ({ ...rest, line: text.slice(0, start).split('\n').length }))
}

/** The source files of this project that the rules are about. */
export function sourceFiles(root: string): Map<string, string> {
  const files = new Map<string, string>()
  for (const folder of ['src', 'bin', 'web'].filter((name) => existsSync(join(root, name)))) {
    for (const path of readdirSync(join(root, folder), { encoding: 'utf8', recursive: true })) {
      if (!/\.(?:[cm]?ts|tsx|m?js)$/.test(path) || path.includes('node_modules/')) continue
      files.set(`${folder}/${path}`, readFileSync(join(root, folder, path), 'utf8'))
    }
  }
  return files
}

if (import.meta.main) {
  const root = dirname(import.meta.dirname)
  const { dependencies = {} } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const files = sourceFiles(root)
  const violations = checkLayers(files, new Set(Object.keys(dependencies)))
  for (const { file, line, imported, rule } of violations) {
    console.error(`${file}:${line}: import of '${imported}': ${rule}.`)
  }
  if (violations.length > 0) process.exitCode = 1
  else console.log(`${files.size} files keep to their layers.`)
}
