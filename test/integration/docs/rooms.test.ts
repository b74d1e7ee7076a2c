import { afterAll, expect, it } from 'vitest'
import { freePort } from '../redis/redis-server.ts'
import { ExampleFolder, examplesOf } from './examples.ts'

const folder = new ExampleFolder()
afterAll(() => folder[Symbol.dispose]())

/** Asks the example for its page and its history, and ends it. */
const visit = (port: number): string => `
console.log(await (await fetch('http://127.0.0.1:${port}/')).text())
console.log(JSON.stringify((await chat.history('news')).publications.map(({ offset, data }) => ({ offset, data }))))
server.close()
server.closeAllConnections()
await chat.close()
`

it("the example of a page's rooms is a whole program that does what it says", async () => {
  const [example] = examplesOf('docs/rooms.md')
  const port = await freePort()
  const path = folder.add(
    { ...example!, code: example!.code.replace('listen(8000)', `listen(${port}, '127.0.0.1')`) },
    { after: `await new Promise((resolve) => setImmediate(resolve))\n${visit(port)}` },
  )
  expect(await folder.typeCheck()).toBe('')
  const { stdout, ...rest } = await folder.run(path)
  expect(rest).toEqual({ stderr: '', code: 0 })
  expect(stdout).toBe('my own pages\n[{"offset":1,"data":{"text":"We are open."}}]\n')
})
