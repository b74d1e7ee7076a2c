// @ts-check
/**
 * Installs the project's dependencies, the pinned Node among them, when they are not what package-lock.json says.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from './paths.mjs'
import { startProgress } from './progress.mjs'
import { SetupError } from './setup-error.mjs'

/**
 * Runs `npm ci` unless `root` already has what its lock file asks for.
 *
 * @param {string} [root]
 * @throws {SetupError} npm is missing, failed, or left the pinned Node out
 */
export async function installIfNeeded(root = projectRoot) {
  if (isInstalled(root)) return
  const progress = startProgress('Installing dependencies with npm ci')
  const failure = await npmCi(root)
  progress.end(failure === undefined)
  if (failure !== undefined) throw new SetupError(failure)
  if (!existsSync(join(root, pinnedNodePath))) {
    throw new SetupError(
      'npm did not run the install script of the package "node", which brings the pinned Node: ' +
        'run `npm rebuild node --ignore-scripts=false` and try again.',
    )
  }
  stamp(root)
}

/**
 * Whether node_modules is what package-lock.json asks for: our stamp says so, or npm's own record of what it
 * installed does (after an `npm install` by hand, which leaves no stamp; it gets one then).
 *
 * @param {string} root
 */
export function isInstalled(root) {
  if (!existsSync(join(root, pinnedNodePath))) return false
  const stampFile = join(root, stampPath)
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === lockHash(root)) return true
  if (!npmRecordMatches(root)) return false
  stamp(root)
  return true
}

const pinnedNodePath = 'node_modules/node/bin/node'
const stampPath = 'node_modules/.longwire-lock-hash'

/** @param {string} root */
function stamp(root) {
  writeFileSync(join(root, stampPath), lockHash(root))
}

/** @param {string} root */
function lockHash(root) {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
}

/** @param {string} root */
function npmRecordMatches(root) {
  const recordFile = join(root, 'node_modules/.package-lock.json')
  if (!existsSync(recordFile)) return false
  const wanted = packagesOf(join(root, 'package-lock.json'))
  const installed = packagesOf(recordFile)
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true
    const found = installed[path]
    // Optional packages are builds for other platforms.
    return found === undefined ? entry.optional === true : found.version === entry.version
  })
}

/**
 * @param {string} lockFile
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function packagesOf(lockFile) {
  return JSON.parse(readFileSync(lockFile, 'utf8')).packages ?? {}
}

/**
 * @param {string} root
 * @returns {Promise<string | undefined>} why it failed, as a sentence
 */
function npmCi(root) {
  // `--include=dev`: NODE_ENV=production must not leave the pinned Node out.
  const args = ['ci', '--include=dev', '--loglevel=error', '--no-audit', '--no-fund', '--no-progress']
  const child = spawn('npm', args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  child.stderr.on('data', (chunk) => {
    output += chunk
  })
  return new Promise((resolve) => {
    child.once('error', (error) => {
      const isMissing = 'code' in error && error.code === 'ENOENT'
      resolve(
        isMissing
          ? 'npm is not on the PATH: install it (it comes with Node) and try again.'
          : `npm could not be started: ${error.message}`,
      )
    })
    child.once('close', (code) => {
      resolve(
        code === 0
          ? undefined
          : `${output.trimEnd()}\nnpm ci failed (exit code ${code}): npm says why above.`,
      )
    })
  })
}
