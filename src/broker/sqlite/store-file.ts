/** Where the store stands in the folder for what is kept. */
import { join } from 'node:path'

export function storeFileIn(dataDir: string): string {
  return join(dataDir, 'longwire.db')
}
