// @ts-check
/**
 * The commands of `run.mjs`: each makes sure of its set-up and then runs in the foreground under the pinned Node.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { runInForeground } from './foreground.mjs'
import { buildPageIfChanged } from './page.mjs'
import { pinnedEnvironment, pinnedNode, projectRoot } from './paths.mjs'
import { installIfNeeded } from './setup.mjs'
import { SetupError } from './setup-error.mjs'

/** @type {Record<string, (args: string[]) => Promise<number>>} */
const commands = {
  async start(args) {
    await buildPageIfChanged()
    const watch = join(projectRoot, 'scripts/end-with-parent.mjs')
    return underPinnedNode(['--import', watch, script('bin/longwire.ts'), ...args], { ownGroup: true })
  },
  test: (args) => underPinnedNode([script('scripts/test.ts'), ...args]),
  bench: (args) => underPinnedNode([script('bench/run.ts'), ...args]),
  faults: (args) => underPinnedNode([script('test/faults/run.ts'), ...args]),
  build: (args) => underPinnedNode([script('scripts/build.ts'), ...args]),
}

/**
 * Runs one command and sets the exit code of this process.
 *
 * @param {string[]} argv the command's name, then its arguments
 */
export async function runCommand([name = '', ...args]) {
  try {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined
    if (command === undefined) {
      throw new SetupError(`There is no command "${name}"; there are ${Object.keys(commands).join(', ')}.`)
    }
    await installIfNeeded()
    process.exitCode = await command(args)
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}

/**
 * @param {string[]} args
 * @param {{ ownGroup?: boolean }} [options]
 */
function underPinnedNode(args, options = {}) {
  return runInForeground(pinnedNode, args, { ...options, env: pinnedEnvironment() })
}

/** @param {string} path */
function script(path) {
  const file = join(projectRoot, path)
  if (!existsSync(file)) throw new SetupError(`${path} is missing from this checkout.`)
  return file
}
