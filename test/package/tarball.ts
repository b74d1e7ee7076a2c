/** Packs the project, which builds it, once for all tests of the package. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { projectRoot, succeed } from './consumer.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the tarball is. */
    tarball: string
  }
}

export default async function pack(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'longwire-tarball-'))
  await succeed('npm', ['pack', '--silent', '--pack-destination', folder], projectRoot)
  const name = readdirSync(folder).find((file) => file.endsWith('.tgz'))
  if (name === undefined) throw new Error('npm pack wrote no tarball.')
  project.provide('tarball', join(folder, name))
  return () => rmSync(folder, { recursive: true, force: true })
}
