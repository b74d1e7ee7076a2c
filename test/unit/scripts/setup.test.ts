import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isInstalled } from '../../../scripts/setup.mjs'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'longwire-setup-'))
})
afterEach(() => rmSync(root, { recursive: true }))

function write(path: string, content: unknown) {
  const file = join(root, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, JSON.stringify(content))
}

const lockOf = (version: string) => ({
  packages: {
    '': { name: 'longwire' },
    'node_modules/node': { version },
    'node_modules/other-platform': { version: '1.0.0', optional: true },
  },
})

describe('deciding whether to install', () => {
  it('installs in a fresh clone', () => {
    write('package-lock.json', lockOf('24.0.0'))
    expect(isInstalled(root)).toBe(false)
  })

  it("trusts npm's own record of an install by hand, builds for other platforms aside", () => {
    write('package-lock.json', lockOf('24.0.0'))
    write('node_modules/node/bin/node', '')
    write('node_modules/.package-lock.json', { packages: { 'node_modules/node': { version: '24.0.0' } } })
    expect(isInstalled(root)).toBe(true)
    // From here on its stamp is enough.
    rmSync(join(root, 'node_modules/.package-lock.json'))
    expect(isInstalled(root)).toBe(true)
  })

  it('installs again when the lock file has changed', () => {
    write('package-lock.json', lockOf('24.0.0'))
    write('node_modules/node/bin/node', '')
    write('node_modules/.package-lock.json', { packages: { 'node_modules/node': { version: '24.0.0' } } })
    expect(isInstalled(root)).toBe(true)
    write('package-lock.json', lockOf('24.1.0'))
    expect(isInstalled(root)).toBe(false)
  })

  it('installs again when the pinned Node is gone', () => {
    write('package-lock.json', lockOf('24.0.0'))
    write('node_modules/.package-lock.json', { packages: { 'node_modules/node': { version: '24.0.0' } } })
    expect(isInstalled(root)).toBe(false)
  })
})
