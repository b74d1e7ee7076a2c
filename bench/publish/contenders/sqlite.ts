/** SQLite alone: node:sqlite in one thread that does nothing else. */
import type { Contender } from '../contender.ts'
import { measureAlone } from '../measurement.ts'

export function sqlite(synchronous: 'NORMAL' | 'FULL', survives: string): Contender {
  return {
    about:
      `node:sqlite in the thread that publishes, WAL, synchronous ${synchronous}; no server, no clients, nothing trimmed: one INSERT ` +
      'for each publication under way in a transaction',
    survives,
    prepare: () => `Node ${process.versions.node}`,
    measure: (task) =>
      measureAlone('sqlite', ['--folder', task.folder, ...(synchronous === 'FULL' ? ['--full'] : [])], task),
  }
}
