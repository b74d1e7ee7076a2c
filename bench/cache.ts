/** Where benches keep what they compile and log; not part of the repository. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../scripts/paths.mjs'

/** The folder; it exists. */
export function cacheFolder(): string {
  const folder = join(projectRoot, '.cache/bench')
  mkdirSync(folder, { recursive: true })
  return folder
}
