/** The measured redis-server: Debian's, as it comes, without persistence unless somebody asks for it. */
import { spawnSync } from 'node:child_process'
import { BenchError } from '../bench-error.ts'
import { pinned } from '../cores.ts'
import { freePort } from '../free-port.ts'
import { ServerProcess } from '../server-process.ts'

const program = 'redis-server'
const withoutSaving = ['--save', '']

/**
 * Starts one on a core.
 *
 * @param port default: a free one
 * @param persistence options of the append-only file; default: there is none
 * @throws BenchError `server-failed`
 */
export async function startRedisServer(
  core: number,
  port?: number,
  persistence: readonly string[] = ['--appendonly', 'no'],
): Promise<ServerProcess> {
  const chosen = port ?? (await freePort())
  const args = ['--port', String(chosen), '--bind', '127.0.0.1', ...withoutSaving, ...persistence]
  return ServerProcess.start(program, pinned({ program, args }, core), (line) =>
    line.includes('Ready to accept connections') ? new URL(`redis://127.0.0.1:${chosen}`) : undefined,
  )
}

/** Its version. Throws BenchError `missing-part` if there is none. */
export function redisServerVersion(): string {
  return versionOf(program)
}

/** What a program of Redis' says after `v=` or its name. Throws BenchError `missing-part` if it is missing. */
export function versionOf(name: string): string {
  const { error, stdout } = spawnSync(name, ['--version'], { encoding: 'utf8' })
  if (error !== undefined) throw new BenchError('missing-part', `${name} is not installed`)
  return /\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? stdout.trim()
}
