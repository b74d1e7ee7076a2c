/** What benches need of Debian's packages. */
import { spawnSync } from 'node:child_process'
import { BenchError } from './bench-error.ts'

/**
 * The version of an installed package.
 *
 * @throws BenchError `missing-part`
 */
export function debianVersion(name: string): string {
  const { status, stdout } = spawnSync('dpkg-query', ['--show', '--showformat', `$${'{Version}'}`, name], {
    encoding: 'utf8',
  })
  if (status !== 0 || stdout === '') {
    throw new BenchError('missing-part', `Debian's package ${name} is not installed`)
  }
  return stdout
}
