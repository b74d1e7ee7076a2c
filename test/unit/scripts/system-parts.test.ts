import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  findSystemPart,
  type Machine,
  missingSentence,
  planInstall,
  systemOf,
  systemParts,
} from '../../../scripts/system-parts.ts'

const { redis, chromium } = systemParts
const debian: Machine = { system: 'debian', isRoot: true, hasPasswordlessSudo: false, hasHomebrew: false }

describe('system parts', () => {
  it('finds a program on the PATH only where it is executable', () => {
    const folder = mkdtempSync(join(tmpdir(), 'longwire-parts-'))
    try {
      const program = join(folder, 'redis-server')
      expect(findSystemPart(redis, folder)).toBeUndefined()
      writeFileSync(program, '#!/bin/sh\n')
      expect(findSystemPart(redis, folder)).toBeUndefined()
      chmodSync(program, 0o755)
      expect(findSystemPart(redis, `/nowhere:${folder}`)).toBe(program)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('installs by itself on Debian as root, with one update', () => {
    expect(planInstall([redis, chromium], debian)).toEqual({
      mayRun: true,
      commands: [
        ['apt-get', 'update'],
        [
          'apt-get',
          'install',
          '-y',
          '--no-install-recommends',
          'redis-server',
          'chromium',
          'fonts-liberation',
        ],
      ],
    })
  })

  it('goes through sudo where that asks no password, and asks the person where it does', () => {
    const person = { ...debian, isRoot: false }
    expect(planInstall([redis], { ...person, hasPasswordlessSudo: true })?.mayRun).toBe(true)
    const plan = planInstall([redis], person)
    expect(plan?.mayRun).toBe(false)
    expect(missingSentence([redis], plan)).toBe(
      'The tests need redis-server, not found on the PATH: run `sudo apt-get update && ' +
        'sudo apt-get install -y --no-install-recommends redis-server`, then try again.',
    )
  })

  it('uses Homebrew on macOS', () => {
    const mac: Machine = { system: 'macos', isRoot: false, hasPasswordlessSudo: false, hasHomebrew: true }
    expect(planInstall([redis, chromium], mac)).toEqual({
      mayRun: true,
      commands: [
        ['brew', 'install', 'redis'],
        ['brew', 'install', '--cask', 'google-chrome'],
      ],
    })
    expect(planInstall([redis], { ...mac, hasHomebrew: false })?.mayRun).toBe(false)
  })

  it('says what is missing on a system that it does not know', () => {
    expect(planInstall([chromium], { ...debian, system: 'other' })).toBeUndefined()
    expect(missingSentence([redis, chromium], undefined)).toBe(
      'The tests need redis-server and chromium, not found on the PATH: ' +
        'install them with the package manager of this system, then try again.',
    )
  })

  it('tells systems apart by os-release', () => {
    expect(systemOf('PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\n')).toBe('debian')
    expect(systemOf('ID=ubuntu\nID_LIKE=debian\n')).toBe('ubuntu')
    expect(systemOf('ID=linuxmint\nID_LIKE="ubuntu debian"\n')).toBe('ubuntu')
    expect(systemOf('ID=raspbian\nID_LIKE=debian\n')).toBe('debian')
    expect(systemOf('ID="fedora"\n')).toBe('other')
  })
})
