// @ts-check
/**
 * Runs a program in the foreground in our place: it has our terminal, our signals reach it, and its exit code is ours.
 *
 * A server drains at the first signal and exits at once at the second, so it must get each signal exactly once.
 * But Ctrl-C goes to every process of the terminal's group, and npm passes it on once more. With `ownGroup` the
 * program is put out of the terminal's reach and hears only what we pass on, with such echoes taken out. It also
 * gets an IPC channel, whose end tells it that we are gone (see end-with-parent.mjs).
 */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/** Signals of one kind that come closer together than this are one: npm's echo takes a few milliseconds. */
const echoWindowMs = 250

/** How often we look whether npm, where it started us, is still there. */
const lookForNpmMs = 1_000

/** What is passed on, as what. A closed terminal (SIGHUP) ends the program in order. */
const passedOn = /** @type {const} */ ({ SIGINT: 'SIGINT', SIGTERM: 'SIGTERM', SIGHUP: 'SIGTERM' })

/**
 * @param {string} program
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, ownGroup?: boolean }} [options]
 * @returns {Promise<number>} its exit code; 128 and the signal's number if a signal ended it
 */
export function runInForeground(program, args, { env = process.env, ownGroup = false } = {}) {
  const child = spawn(program, args, {
    env,
    detached: ownGroup,
    stdio: ownGroup ? ['inherit', 'inherit', 'inherit', 'ipc'] : 'inherit',
  })

  /** @type {Map<string, number>} */
  const lastAt = new Map()
  const listeners = Object.entries(passedOn).map(([name, as]) => {
    const listener = () => {
      const now = performance.now()
      const isEcho = now - (lastAt.get(as) ?? Number.NEGATIVE_INFINITY) < echoWindowMs
      lastAt.set(as, now)
      // Without a group of its own, the program has had the terminal's signal already.
      if (!isEcho && (ownGroup || as === 'SIGTERM')) child.kill(as)
    }
    process.on(name, listener)
    return { name, listener }
  })

  // npm killed outright passes nothing on; all we see is that another process is our parent now.
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.env.npm_lifecycle_event === undefined || process.ppid === parent) return
    clearInterval(watch)
    child.kill('SIGTERM')
  }, lookForNpmMs)

  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      clearInterval(watch)
      for (const { name, listener } of listeners) process.off(name, listener)
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]))
    })
  })
}
