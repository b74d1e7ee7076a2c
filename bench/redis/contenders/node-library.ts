/** A client library for Node, in a Node process of its own. */
import { fileURLToPath } from 'node:url'
import type { Contender } from '../contender.ts'
import { measureProgram } from '../measurement.ts'
import type { LibraryName } from '../programs/libraries.ts'

const program = fileURLToPath(new URL('../programs/client.ts', import.meta.url))

/** `version`: found when the bench runs. */
export function nodeLibrary(name: LibraryName, about: string, version: () => string): Contender {
  return {
    name,
    about,
    prepare: () => ({
      version: version(),
      measure: (server, task) =>
        measureProgram({ program: process.execPath, args: [program, name] }, server, task),
    }),
  }
}
