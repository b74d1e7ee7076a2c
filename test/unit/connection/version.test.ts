import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { version } from '../../../src/connection/version.ts'

test('the version that the code says is that of package.json', () => {
  const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'))
  expect(version).toBe(manifest.version)
})
