/** Runs a program to its end, with our output, as a part of what we do. */
import { type ChildProcess, spawn } from 'node:child_process'
import { projectRoot } from './paths.mjs'

const running = new Set<ChildProcess>()

// Ctrl-C reaches the children by itself; a SIGTERM to us alone does not.
process.once('SIGTERM', () => {
  for (const child of running) child.kill('SIGTERM')
  process.exit(143)
})

/** Runs it in the project's root; resolves to whether its exit code was 0. Rejects if it can't be started. */
export function runProgram(path: string, args: readonly string[]): Promise<boolean> {
  const child = spawn(path, args, { cwd: projectRoot, stdio: 'inherit' })
  running.add(child)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => {
      running.delete(child)
      resolve(code === 0)
    })
  })
}
