/** An empty project into which the packed package is installed from its tarball, as a user would. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const projectRoot = join(import.meta.dirname, '../..')
export const manifest = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'))

/** What a program said and how it ended. */
export interface Run {
  readonly stdout: string
  readonly stderr: string
  readonly code: number
}

/** The project: run programs in its folder; `remove` it in the end. */
export class Consumer {
  readonly folder = mkdtempSync(join(tmpdir(), 'longwire-consumer-'))

  /** Where the package was installed. */
  readonly packageFolder = join(this.folder, 'node_modules/longwire')

  /** Packs the project (which builds it) and installs the tarball. */
  async install(): Promise<void> {
    await succeed('npm', ['pack', '--silent', '--pack-destination', this.folder], projectRoot)
    const tarball = readdirSync(this.folder).find((name) => name.endsWith('.tgz'))
    if (tarball === undefined) throw new Error('npm pack wrote no tarball.')
    this.write('package.json', JSON.stringify({ private: true, type: 'module' }))
    const nodeTypes = `@types/node@${manifest.devDependencies['@types/node']}`
    const quiet = ['--no-audit', '--no-fund', '--loglevel=error']
    await succeed('npm', ['install', '--prefer-offline', ...quiet, `./${tarball}`, nodeTypes], this.folder)
  }

  write(path: string, content: string): void {
    writeFileSync(join(this.folder, path), content)
  }

  run(program: string, args: readonly string[]): Promise<Run> {
    return run(program, args, this.folder)
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

async function succeed(program: string, args: readonly string[], folder: string): Promise<void> {
  const { code, stdout, stderr } = await run(program, args, folder)
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`)
}

function run(program: string, args: readonly string[], folder: string): Promise<Run> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd: folder, env: cleanEnvironment() }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number') reject(error)
      else resolve({ stdout, stderr, code: typeof error?.code === 'number' ? error.code : 0 })
    })
  })
}

/** Without what `npm test` set for this project: a user's shell has none of it. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const ours =
    /^(?:npm_(?:package|lifecycle|config_local_prefix|command|execpath)|VITEST|NODE_ENV$|NODE_OPTIONS$|INIT_CWD$)/
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)))
}
