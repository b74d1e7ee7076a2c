/**
 * Pinning: a measured server and its load each get a core of their own, so that neither takes time from the other
 * and a server's rate is what one core can do.
 */
import { availableParallelism } from 'node:os'
import { BenchError } from './bench-error.ts'
import type { Command } from './command.ts'

export interface Cores {
  readonly server: number
  readonly load: number
}

export const defaultCores: Cores = { server: 0, load: 1 }

/** The command, run on one core only by util-linux's `taskset`; its process id is the command's own. */
export function pinned(command: Command, core: number): Command {
  return {
    ...command,
    program: 'taskset',
    args: ['--cpu-list', String(core), command.program, ...command.args],
  }
}

/**
 * Checks that this machine can pin.
 *
 * @throws BenchError `missing-part`
 */
export function requireCores(): void {
  if (process.platform !== 'linux') {
    throw new BenchError('missing-part', 'This bench needs Linux: it pins processes to cores and uses epoll.')
  }
  if (availableParallelism() < 2) {
    throw new BenchError('missing-part', 'This bench needs two cores: one for the server, one for its load.')
  }
}
