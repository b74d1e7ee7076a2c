import { expect, it } from 'vitest'
import { ExampleFolder, printsOf } from './examples.ts'

const entry = "import { Outbox, LineCodec } from 'longwire/connection'\n"

it('an example that is wrong is found by the compiler, with its place', async () => {
  using folder = new ExampleFolder()
  folder.add({ place: 'docs/page.md:7', code: `${entry}const text: number = new LineCodec()\n` })
  const said = await folder.typeCheck()
  expect(said).toContain('docs-page.md-7.ts')
  expect(said).toContain("'Outbox'")
  expect(said).toContain("'number'")
})

it('an example that throws is told with its code and what it said', async () => {
  using folder = new ExampleFolder()
  const path = folder.add({ place: 'page.md:1', code: "console.log(1)\nthrow new Error('no')\n" })
  const { code, stdout, stderr } = await folder.run(path)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '1\n' })
  expect(stderr).toContain('Error: no')
})

it('an example that never ends is ended', async () => {
  using folder = new ExampleFolder()
  const path = folder.add({ place: 'page.md:1', code: 'setInterval(() => {}, 1000)\n' })
  await expect(folder.run(path, {}, 1500)).rejects.toThrow('It did not end within 1500 ms')
})

it('what an example prints stands behind its lines', () => {
  const code = "console.log(a(1)) // one\nf() // nothing\nconsole.log('b') // two, three\n"
  expect(printsOf({ place: 'page.md:1', code })).toEqual(['one', 'two, three'])
})
