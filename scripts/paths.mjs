// @ts-check
/** Where the project and its pinned Node are, and the environment in which everything but set-up runs. */
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const projectRoot = dirname(dirname(fileURLToPath(import.meta.url)))

/** The Node that package.json pins through the npm package `node`. */
export const pinnedNode = join(projectRoot, 'node_modules/node/bin/node')

/**
 * This process's environment with the pinned Node first on the PATH, so that children find the same one.
 *
 * @returns {NodeJS.ProcessEnv}
 */
export function pinnedEnvironment() {
  const path = [dirname(pinnedNode), process.env.PATH].filter(Boolean).join(delimiter)
  return { ...process.env, PATH: path }
}
