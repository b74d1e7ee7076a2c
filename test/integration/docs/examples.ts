/**
 * Runs the TypeScript examples of a page: every block fenced as `ts` becomes a program, is type-checked, and is run
 * by Node as a user would. A comment behind a `console.log(…)` says what that line prints, and it must:
 *
 *     console.log(await redis.get('hello')) // world
 */
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'

const projectRoot = join(import.meta.dirname, '../../..')
const compiler = join(projectRoot, 'node_modules/typescript/bin/tsc')

/** What users import, and where it stands in a checkout: `longwire/redis` is `src/exports/redis.ts`. */
const entries = new Map(
  Object.entries(JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')).exports as object)
    .filter(([path]) => path !== './package.json')
    .map(([path, { default: built }]: [string, { default: string }]) => [
      path.replace(/^\./, 'longwire'),
      join(projectRoot, built.replace('./dist/', '').replace(/\.js$/, '.ts')),
    ]),
)

export interface Example {
  /** `docs/redis-pool.md:12`, where its code begins. */
  readonly place: string
  readonly code: string
}

export interface Run {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** All blocks of a page that are fenced as `ts`, in order. `page` is a path from the project's root. */
export function examplesOf(page: string): Example[] {
  const text = readFileSync(join(projectRoot, page), 'utf8')
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match) => ({
    place: `${page}:${text.slice(0, match.index).split('\n').length + 1}`,
    code: match[1]!,
  }))
}

/** What an example says that it prints, line by line. */
export function printsOf({ code }: Example): string[] {
  return [...code.matchAll(/console\.log\(.*\) \/\/ (.*)$/gm)].map((match) => match[1]!)
}

/** A folder in which examples become programs. Removed with `using`. */
export class ExampleFolder implements Disposable {
  readonly #folder: string

  constructor() {
    const cache = join(projectRoot, '.cache')
    mkdirSync(cache, { recursive: true })
    this.#folder = mkdtempSync(join(cache, 'examples-'))
    this.write('package.json', JSON.stringify({ type: 'module' }))
  }

  /**
   * Writes a program and returns its path. `before` and `after` stand around what the page shows, such as an
   * import that the page gives once, or an end for what would listen for ever.
   */
  add({ place, code }: Example, { before = '', after = '' } = {}): string {
    const text = `${before}\n${code}\n${after}\nexport {}\n`
    const here = text.replaceAll(/from '(longwire(?:\/\w+)?)'/g, (whole, entry: string) => {
      const path = entries.get(entry)
      return path === undefined ? whole : `from '${relative(this.#folder, path)}'`
    })
    return this.write(`${place.replaceAll(/[^\w.-]/g, '-')}.ts`, here)
  }

  /** What the compiler says of all programs; empty: nothing. */
  async typeCheck(): Promise<string> {
    const config = {
      extends: '../../tsconfig.json',
      compilerOptions: { noUnusedLocals: false, noUnusedParameters: false, paths: {} },
      include: ['*.ts'],
      exclude: [],
    }
    const path = this.write('tsconfig.json', JSON.stringify(config))
    const { stdout, stderr } = await runNode([compiler, '-p', path], {})
    return stdout + stderr
  }

  /** Runs a program to its end. It is killed if it takes longer than `limitMs`. */
  run(path: string, environment: Readonly<Record<string, string>> = {}, limitMs = 15_000): Promise<Run> {
    return runNode([path], environment, limitMs)
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }

  /** A file beside the examples; returns its path. */
  write(name: string, text: string): string {
    const path = join(this.#folder, name)
    writeFileSync(path, text)
    return path
  }
}

function runNode(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
  limitMs = 60_000,
): Promise<Run> {
  return new Promise((resolve, reject) => {
    const options = {
      env: { ...process.env, ...environment },
      timeout: limitMs,
      killSignal: 'SIGKILL',
    } as const
    execFile(process.execPath, words, options, (error, stdout, stderr) => {
      if (error?.killed === true)
        reject(new Error(`It did not end within ${limitMs} ms:\n${stdout}${stderr}`))
      else resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}
