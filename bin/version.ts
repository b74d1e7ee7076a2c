/** The version in package.json, which stands above `bin/` in a checkout and above `dist/bin/` in the package. */
import { existsSync, readFileSync } from 'node:fs'

export function packageVersion(): string {
  const places = ['../package.json', '../../package.json'].map((path) => new URL(path, import.meta.url))
  const place = places.find((url) => existsSync(url))
  if (place === undefined) throw new Error('package.json is missing from the package.')
  return (JSON.parse(readFileSync(place, 'utf8')) as { version: string }).version
}
