/** `npm start` as a person runs it in a checkout that is set up. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../../..')
const npm = (args: readonly string[]) => promisify(execFile)('npm', args, { cwd: root })

let started: ChildProcess | undefined
// The page is built by the first start, whichever test that is.
beforeAll(() => npm(['start', '--', '--help']))
afterEach(() => {
  started?.kill('SIGKILL')
  started = undefined
})

/** Starts the server on free ports; resolves when it says where it listens. */
async function start() {
  const flags = ['--port', '0', '--tcp-port', '0', '--log-format', 'json', '--store', 'memory']
  const child = spawn('npm', ['start', '--', ...flags], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  started = child
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /127\.0\.0\.1:(\d+)/.exec(line.startsWith('{') ? line : '')?.[1]
    if (port !== undefined) return { child, port: Number(port), errors: () => errors }
  }
  throw new Error(`npm start ended before it was ready:\n${errors}`)
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    // Refused: nothing listens there.
    return false
  } finally {
    socket.destroy()
  }
}

describe('npm start', () => {
  it('passes flags on', async () => {
    expect((await npm(['start', '--', '--help'])).stdout).toContain('--tcp-port')
  })

  it('neither installs nor builds again once that is done', async () => {
    expect((await npm(['start', '--', '--version'])).stderr).not.toMatch(/Installing|Building/)
  })

  it("ends the server in order when npm is told to end, with the server's exit code", async () => {
    const { child, port, errors } = await start()
    expect(await accepts(port)).toBe(true)
    child.stdout?.resume()
    child.kill('SIGTERM')
    expect(await once(child, 'exit'), errors()).toEqual([0, null])
    expect(await accepts(port)).toBe(false)
  })

  it('leaves no server behind when npm is killed', async () => {
    const { child, port } = await start()
    child.stdout?.resume()
    child.kill('SIGKILL')
    await expect.poll(() => accepts(port), { timeout: 10_000 }).toBe(false)
  })
})
