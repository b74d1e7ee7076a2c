/** Builds what the package holds: src/ and bin/ as JavaScript with declarations, and the web page, in dist/. */
import { chmodSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildPageIfChanged } from './page.mjs'
import { projectRoot } from './paths.mjs'
import { runProgram } from './program.ts'

const dist = join(projectRoot, 'dist')
// What a deleted source left behind must not be published.
for (const folder of ['src', 'bin']) rmSync(join(dist, folder), { recursive: true, force: true })

const tsc = join(projectRoot, 'node_modules/typescript/bin/tsc')
if (await runProgram(process.execPath, [tsc, '-p', 'tsconfig.build.json'])) {
  const command = join(dist, 'bin/longwire.js')
  if (existsSync(command)) chmodSync(command, 0o755)
  await buildPageIfChanged()
  console.error('Built dist/.')
} else {
  console.error('The build failed: tsc says why above.')
  process.exitCode = 1
}
