/** Compiles what benches start, each time anew: that takes seconds and is never out of date. */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { pinnedNode, projectRoot } from '../scripts/paths.mjs'
import { BenchError } from './bench-error.ts'
import { cacheFolder } from './cache.ts'
import { type Command, commandLine } from './command.ts'

/**
 * Compiles a C program from one file, which may include others.
 *
 * @returns the program's path
 * @throws BenchError `missing-part` where there is no compiler, `build-failed`
 */
export function compileC(name: string, sourceFile: string): string {
  const program = join(cacheFolder(), name)
  compile(
    { program: 'cc', args: ['-O2', '-Wall', '-Wextra', '-o', program, sourceFile] },
    'a C compiler (cc)',
  )
  return program
}

/**
 * Compiles a Go program of one file against libraries in GOPATH, where Debian's packages put them.
 *
 * @param imported import paths of the libraries that it needs, with what to install for each
 * @returns the program's path
 * @throws BenchError `missing-part` where Go or a library is missing, `build-failed`
 */
export function compileGo(name: string, sourceFile: string, imported: Record<string, string>): string {
  const env = {
    GO111MODULE: 'off',
    GOFLAGS: '',
    GOPATH: `${goPath()}:/usr/share/gocode`,
    GOCACHE: join(cacheFolder(), 'go'),
  }
  for (const [path, advice] of Object.entries(imported)) {
    const list = run({ program: 'go', args: ['list', path], env })
    if (list.status !== 0) throw new BenchError('missing-part', `no ${path} for Go: install ${advice}`)
  }
  const program = join(cacheFolder(), name)
  compile({ program: 'go', args: ['build', '-o', program, sourceFile], env }, 'Go')
  return program
}

/**
 * Builds what Longwire's package holds, in dist/.
 *
 * @throws BenchError `build-failed`
 */
export function buildPackage(): void {
  compile({ program: pinnedNode, args: [join(projectRoot, 'scripts/build.ts')] }, 'The pinned Node')
}

function goPath(): string {
  const found = run({ program: 'go', args: ['env', 'GOPATH'] })
  if (found.error !== undefined) throw new BenchError('missing-part', 'Go is not installed')
  return found.stdout.trim()
}

function compile(command: Command, compiler: string): void {
  const { status, error, stdout, stderr } = run(command)
  if (error !== undefined) throw new BenchError('missing-part', `${compiler} is not installed`)
  if (status !== 0)
    throw new BenchError('build-failed', `${commandLine(command)} failed:\n${stdout}${stderr}`)
}

function run({ program, args, env }: Command): SpawnSyncReturns<string> {
  return spawnSync(program, args, { encoding: 'utf8', env: { ...process.env, ...env } })
}
