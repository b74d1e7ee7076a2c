/** Versions of the npm packages that benches run. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../scripts/paths.mjs'

/** The installed version of a package, such as `8.23.0`. */
export function installedVersion(name: string): string {
  const text = readFileSync(join(projectRoot, 'node_modules', name, 'package.json'), 'utf8')
  const manifest: { version: string } = JSON.parse(text)
  return manifest.version
}
