/** What must not be in the repository, whatever the file. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../../..')
const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
  .split('\0')
  .filter((path) => path !== '' && existsSync(join(root, path)))
const text = (path: string) => readFileSync(join(root, path), 'utf8')
const isCode = (path: string) => /\.(?:[cm]?[jt]sx?|css|html|c|go|sh)$/.test(path)

// Written in pieces, so that this file is not among what it finds.
const unfinished = new RegExp(`\\b(?:${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'].join('|')})\\b`)
const notRun =
  /\b(?:it|test|describe|suite|bench)(?:\.\w+)*\.(?:skip|skipIf|runIf|only|todo|fails)\b|\bx(?:it|describe)\(/
const silenced = new RegExp(`${'@ts-'}(?:ignore|nocheck|expect-error)|${'biome-'}ignore|${'eslint-'}disable`)
const conflict = /^(?:<{7}|>{7}) /m

function linesWith(pattern: RegExp, paths: readonly string[]): string[] {
  return paths.flatMap((path) =>
    text(path)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  )
}

interface LockedPackage {
  readonly resolved?: string
  readonly version?: string
  readonly optionalDependencies?: Record<string, string>
}
const locked: Record<string, LockedPackage> = JSON.parse(text('package-lock.json')).packages

describe('the repository', () => {
  it('has no mark of unfinished work', () => {
    expect(
      linesWith(
        unfinished,
        files.filter((path) => isCode(path) || path.endsWith('.md')),
      ),
    ).toEqual([])
  })

  it('has no test that is switched off or runs alone', () => {
    expect(
      linesWith(
        notRun,
        files.filter((path) => path.startsWith('test/') && isCode(path)),
      ),
    ).toEqual([])
  })

  it('silences no check', () => {
    expect(linesWith(silenced, files.filter(isCode))).toEqual([])
  })

  it('has no leftover of a merge conflict', () => {
    expect(files.filter((path) => isCode(path) && conflict.test(text(path)))).toEqual([])
  })

  it('names no registry in the lock file, so that each machine uses its own', () => {
    expect(Object.keys(locked).filter((path) => locked[path]?.resolved !== undefined)).toEqual([])
  })

  it('locks every optional dependency, or `npm ci` would refuse the lock file', () => {
    const missing = Object.entries(locked).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => !(`node_modules/${name}` in locked) && !(`${path}/node_modules/${name}` in locked),
      ),
    )
    expect(missing).toEqual([])
  })

  it('tracks nothing that is built or installed', () => {
    expect(files.filter((path) => /(?:^|\/)(?:node_modules|dist|\.cache)\//.test(path))).toEqual([])
  })
})
