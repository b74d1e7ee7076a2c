// @ts-check
/**
 * What stands behind `npm start`, `npm test`, `npm run bench`, `npm run faults` and `npm run build`:
 *
 *     node scripts/run.mjs start|test|bench|faults|build [arguments]
 *
 * It runs on any Node from 20 on, sets up what is missing, and hands over to the pinned Node. This file keeps to
 * syntax that older versions can read, so that they get a sentence and not a syntax error.
 */
const lowestNode = 20
const version = process.versions.node

if (Number(version.split('.')[0]) < lowestNode) {
  console.error(`Longwire's set-up needs Node ${lowestNode} or later, and this is Node ${version}.`)
  process.exitCode = 1
} else if (process.platform === 'win32') {
  console.error("Longwire's scripts run on Linux and macOS; on Windows, use WSL.")
  process.exitCode = 1
} else {
  import('./commands.mjs').then(({ runCommand }) => runCommand(process.argv.slice(2)))
}
