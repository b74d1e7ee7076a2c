/** Builds what the package holds: src/ and bin/ as JavaScript with declarations, and the web page, in dist/. */
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildPageIfChanged } from './page.mjs'
import { projectRoot } from './paths.mjs'
import { runProgram } from './program.ts'

const dist = join(projectRoot, 'dist')
const tsc = join(projectRoot, 'node_modules/typescript/bin/tsc')
// Built aside and moved in whole: a running program keeps its files, and what a deleted source left behind goes.
const aside = join(projectRoot, `.cache/build-${process.pid}`)

try {
  if (await runProgram(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', aside])) {
    const command = join(aside, 'bin/longwire.js')
    if (existsSync(command)) chmodSync(command, 0o755)
    mkdirSync(dist, { recursive: true })
    for (const name of readdirSync(aside)) {
      rmSync(join(dist, name), { recursive: true, force: true })
      renameSync(join(aside, name), join(dist, name))
    }
    await buildPageIfChanged()
    console.error('Built dist/.')
  } else {
    console.error('The build failed: tsc says why above.')
    process.exitCode = 1
  }
} finally {
  rmSync(aside, { recursive: true, force: true })
}
