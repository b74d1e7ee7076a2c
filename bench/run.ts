/**
 * The bench command: `npm run bench -- NAME [options]` runs one bench; without a name it lists them.
 *
 * Benches measure and print; they are never tests, and no result of theirs makes a build fail.
 */
import { benches } from './benches.ts'
import { runChosen } from './chosen.ts'

await runChosen('bench', 'npm run bench', benches, process.argv.slice(2))
