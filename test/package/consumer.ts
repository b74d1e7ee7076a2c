/** An empty project into which the packed package is installed from its tarball, as a user would. */
import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

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

  /** Installs the tarball, and other packages (`name@version`). */
  async install(tarball: string, others: readonly string[]): Promise<void> {
    this.write('package.json', JSON.stringify({ private: true, type: 'module' }))
    const quiet = ['--no-audit', '--no-fund', '--loglevel=error']
    await succeed('npm', ['install', '--prefer-offline', ...quiet, tarball, ...others], this.folder)
  }

  /** Copies a folder of the project, such as `docs/examples/next`, into this one under its last name. */
  copy(path: string): string {
    const target = join(this.folder, basename(path))
    cpSync(join(projectRoot, path), target, { recursive: true })
    return target
  }

  write(path: string, content: string): void {
    writeFileSync(join(this.folder, path), content)
  }

  /** `cwd`: elsewhere than in its folder; `environment`: beside the usual. */
  run(
    program: string,
    args: readonly string[],
    { cwd = this.folder, environment = {} }: { cwd?: string; environment?: Record<string, string> } = {},
  ): Promise<Run> {
    return run(program, args, cwd, environment)
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export async function succeed(program: string, args: readonly string[], folder: string): Promise<void> {
  const { code, stdout, stderr } = await run(program, args, folder)
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`)
}

function run(
  program: string,
  args: readonly string[],
  cwd: string,
  environment: Record<string, string> = {},
): Promise<Run> {
  return new Promise((resolve, reject) => {
    execFile(
      program,
      args,
      { cwd, env: { ...cleanEnvironment(), ...environment } },
      (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== 'number') reject(error)
        else resolve({ stdout, stderr, code: typeof error?.code === 'number' ? error.code : 0 })
      },
    )
  })
}

/** Without what `npm test` set for this project: a user's shell has none of it. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const ours =
    /^(?:npm_(?:package|lifecycle|config_local_prefix|command|execpath)|VITEST|NODE_ENV$|NODE_OPTIONS$|INIT_CWD$)/
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)))
}
