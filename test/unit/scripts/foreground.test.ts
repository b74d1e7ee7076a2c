import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { afterEach, describe, expect, it } from 'vitest'

const folder = new URL('../../../scripts/', import.meta.url)

/** Says when it is up, and each signal; ends with code 7 at `quitAfter` signals. */
const program = (quitAfter: number) => `
  let count = 0
  for (const name of ['SIGINT', 'SIGTERM']) {
    process.on(name, () => {
      console.log(name)
      count += 1
      if (count === ${quitAfter}) process.exit(7)
    })
  }
  setInterval(() => {}, 1000)
  console.log('pid ' + process.pid)
`

/** Runs `program` through `runInForeground`, in a process of its own as \`npm start\` does. */
const runner = (quitAfter: number) => `
  const { runInForeground } = await import('${new URL('foreground.mjs', folder)}')
  const watch = '${new URL('end-with-parent.mjs', folder)}'
  const args = ['--import', watch, '-e', ${JSON.stringify(program(quitAfter))}]
  process.exitCode = await runInForeground(process.execPath, args, { ownGroup: true })
`

const started: ChildProcess[] = []
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

/** @param shell starts it below a shell, as npm would be, instead of directly */
async function start(quitAfter: number, shell?: string) {
  const direct = [process.execPath, '--input-type=module', '-e', runner(quitAfter)]
  const [command = '', ...args] = shell === undefined ? direct : ['sh', '-c', shell, ...direct]
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, npm_lifecycle_event: 'start' },
  })
  started.push(child)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const nextLine = async () => (await lines.next()).value as string | undefined
  const pid = Number((await nextLine())?.replace('pid ', ''))
  return { child, nextLine, pid }
}

describe('running in the foreground', () => {
  it("passes a signal on and ends with the program's exit code", async () => {
    const { child, nextLine } = await start(1)
    child.kill('SIGTERM')
    expect(await nextLine()).toBe('SIGTERM')
    expect((await once(child, 'exit'))[0]).toBe(7)
  })

  it('passes on one signal of two that come at once, and a later one again', async () => {
    const { child, nextLine } = await start(2)
    child.kill('SIGINT')
    expect(await nextLine()).toBe('SIGINT')
    child.kill('SIGINT')
    // Well after the echo window; nothing observable marks its end.
    const again = setInterval(() => child.kill('SIGINT'), 600)
    expect(await nextLine()).toBe('SIGINT')
    clearInterval(again)
    expect((await once(child, 'exit'))[0]).toBe(7)
  })

  it('reports a program that a signal ended as shells do', async () => {
    const { child, pid } = await start(1)
    process.kill(pid, 'SIGKILL')
    expect((await once(child, 'exit'))[0]).toBe(128 + 9)
  })

  it('leaves no orphan when it is killed: the program is told to end', async () => {
    const { child, nextLine } = await start(1)
    child.kill('SIGKILL')
    expect(await nextLine()).toBe('SIGTERM')
    expect(await nextLine()).toBeUndefined()
  })

  it('leaves no orphan when npm, its parent, is killed', async () => {
    const { child, nextLine } = await start(1, '"$0" "$@" & wait')
    child.kill('SIGKILL')
    expect(await nextLine()).toBe('SIGTERM')
    expect(await nextLine()).toBeUndefined()
  })
})
