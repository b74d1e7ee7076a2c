import { afterAll, expect, it } from 'vitest'
import { freePort } from '../redis/redis-server.ts'
import { ExampleFolder, examplesOf } from './examples.ts'

const folder = new ExampleFolder()
afterAll(() => folder[Symbol.dispose]())

/** A client that says a line to the server of the example, prints the answer, and ends both. */
const visit = (port: number): string => `
import { connect } from 'node:net'
const visitor = connect(${port}, '127.0.0.1')
visitor.end('hello\\n')
visitor.on('data', (bytes) => console.log(String(bytes).trim()))
visitor.on('close', () => void listener.close())
`

it("README's examples are whole programs that do what they say", async () => {
  const examples = examplesOf('README.md')
  const echo = examples.find(({ code }) => code.includes("from 'longwire/connection'"))!
  const port = await freePort()
  const code = echo.code.replace('port: 7000', `port: ${port}`)
  const path = folder.add({ ...echo, code }, { after: visit(port) })
  for (const example of examples) if (example !== echo) folder.add(example)
  expect(await folder.typeCheck()).toBe('')
  const { stdout, ...rest } = await folder.run(path)
  expect(rest).toEqual({ stderr: '', code: 0 })
  expect(stdout).toContain('you said: hello')
  expect(stdout).toContain('peer-closed The peer ended the connection.')
})
