/**
 * The faults command: `npm run faults -- NAME [options]` breaks a real server's world for a while and checks what it
 * promises; exit code 1 where a promise was broken. Without a name it lists what there is. Short runs of each stand among
 * the tests; these here take as long as they are told to.
 */
import { runChosen } from '../../bench/chosen.ts'
import { faultRuns } from './fault-runs.ts'

await runChosen('fault run', 'npm run faults', faultRuns, process.argv.slice(2))
