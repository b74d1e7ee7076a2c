// @ts-check
/** Builds the web page (web/ into dist/web) when what it is made of has changed since the last build. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { pinnedEnvironment, pinnedNode, projectRoot } from './paths.mjs'
import { startProgress } from './progress.mjs'
import { SetupError } from './setup-error.mjs'

const source = join(projectRoot, 'web')
const output = join(projectRoot, 'dist/web')
const stampFile = join(projectRoot, '.cache/page-hash')

/**
 * @returns {Promise<boolean>} whether there was anything to build
 * @throws {SetupError} the build failed; its output is in the message
 */
export async function buildPageIfChanged() {
  if (!existsSync(join(source, 'index.html'))) return false
  const hash = inputHash()
  if (existsSync(join(output, 'index.html')) && existsSync(stampFile)) {
    if (readFileSync(stampFile, 'utf8') === hash) return false
  }
  const progress = startProgress('Building the web page')
  // Built aside and moved in whole, so that nobody is served half a page.
  const aside = join(projectRoot, `.cache/page-${process.pid}`)
  let isBuilt = false
  try {
    await vite(['build', source, '--outDir', aside, '--emptyOutDir', '--logLevel', 'warn'])
    mkdirSync(dirname(output), { recursive: true })
    rmSync(output, { recursive: true, force: true })
    renameSync(aside, output)
    isBuilt = true
  } finally {
    rmSync(aside, { recursive: true, force: true })
    progress.end(isBuilt)
  }
  mkdirSync(dirname(stampFile), { recursive: true })
  writeFileSync(stampFile, hash)
  return true
}

/** Content, not times: a fresh clone or a changed branch gives times that say nothing. */
function inputHash() {
  const hash = createHash('sha256')
  for (const file of [...filesUnder(source), join(projectRoot, 'package-lock.json')]) {
    const content = readFileSync(file)
    hash.update(`${relative(projectRoot, file)}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function filesUnder(folder) {
  return readdirSync(folder, { encoding: 'utf8', recursive: true })
    .map((path) => join(folder, path))
    .filter((path) => statSync(path).isFile())
    .sort()
}

/**
 * @param {string[]} args
 * @returns {Promise<void>}
 */
function vite(args) {
  const program = join(projectRoot, 'node_modules/vite/bin/vite.js')
  const child = spawn(pinnedNode, [program, ...args], {
    cwd: projectRoot,
    env: pinnedEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  child.stderr.on('data', (chunk) => {
    output += chunk
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve()
      else
        reject(new SetupError(`${output.trimEnd()}\nThe web page could not be built: vite says why above.`))
    })
  })
}
