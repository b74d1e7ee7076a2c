import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { namespaces } from '../../../src/chat/namespaces/namespaces.ts'
import { roomOptionNames } from '../../../src/chat/namespaces/option-table.ts'
import { loadConfiguration } from '../../../src/server/configuration/load.ts'
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

const page = readFileSync(join(import.meta.dirname, '../../../docs/rooms.md'), 'utf8')

it('the configuration on the page is one, and its namespaces are what it says', () => {
  const [, json = ''] = /^```json\n([\s\S]*?)^```$/m.exec(page) ?? []
  const file = folder.write('longwire.json', json)
  const { rooms } = loadConfiguration({ flags: {}, environment: {}, file, isTerminal: false }).configuration
  const { namespaces: table, personal, historySize = 1000, ...others } = rooms
  const optionsOf = namespaces(table, { ...others, historySize })
  expect(personal).toBe('personal')
  expect(optionsOf('lobby')).toMatchObject({ publish: 'users', historySize: 1000, historyTtlMs: 86_400_000 })
  expect(optionsOf('news:a')).toMatchObject({ publish: 'nobody', historySize: 500, subscribe: 'everybody' })
  expect(optionsOf('club:a')).toMatchObject({ publish: 'users', members: 50, historySize: 1000 })
  expect(optionsOf('other:a')).toBeUndefined()
})

it('the page names every option of a room', () => {
  const [, table = ''] = /^## Namespaces$([\s\S]*?)^## Who may what$/m.exec(page) ?? []
  for (const name of roomOptionNames) expect(table).toContain(`\`${name}\``)
})
