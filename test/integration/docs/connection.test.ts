import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { causes } from '../../../src/connection/cause.ts'
import { type ConnectionOptions, defaultConnectionOptions } from '../../../src/connection/options.ts'
import { ExampleFolder, examplesOf, printsOf } from './examples.ts'

const root = join(import.meta.dirname, '../../..')
const folder = new ExampleFolder()
afterAll(() => folder[Symbol.dispose]())

const program = (name: string): string => readFileSync(join(root, 'docs/examples', name), 'utf8')
const added = (name: string): string => folder.add({ place: `docs/examples/${name}`, code: program(name) })

describe('the example programs of connections', () => {
  it('echo: a server and a request/response client, in less than 40 lines', async () => {
    expect(program('echo.ts').split('\n').length - 1).toBeLessThan(40)
    expect(await folder.run(added('echo.ts'))).toEqual({
      code: 0,
      stderr: '',
      stdout: 'you said: hello\nyou said: world\nserver: ended by peer-closed\n',
    })
  })

  it('length-prefixed: a codec of one’s own, whose limit ends the connection', async () => {
    const { stdout, ...rest } = await folder.run(added('length-prefixed.ts'))
    expect(rest).toEqual({ code: 0, stderr: '' })
    expect(stdout.split('\n').sort()).toEqual([
      '',
      'client: 1000 bytes',
      'client: 5 bytes',
      'server: message-too-large - The message is larger than the limit of 1000 bytes.',
    ])
  })
})

describe('docs/connection.md', () => {
  const page = readFileSync(join(root, 'docs/connection.md'), 'utf8')

  it('has examples that are type-checked, and print what they say', async () => {
    const examples = examplesOf('docs/connection.md')
    expect(examples).toHaveLength(3)
    const programs = examples.map((example) => ({ example, path: folder.add(example) }))
    expect(await folder.typeCheck()).toBe('')
    for (const { example, path } of programs) {
      const { stdout, ...rest } = await folder.run(path)
      expect(rest, example.place).toEqual({ code: 0, stderr: '' })
      expect(stdout.split('\n').slice(0, -1), example.place).toEqual(printsOf(example))
    }
  })

  it('lists every cause as the table of the code has it', () => {
    for (const [cause, sentence] of Object.entries(causes)) {
      expect(page).toContain(`| \`${cause}\` | ${sentence} |`)
    }
  })

  it('lists every option with its default', () => {
    const { wheel: _, ...defaults }: ConnectionOptions = defaultConnectionOptions
    for (const [option, value] of Object.entries(defaults))
      expect(page).toContain(`| \`${option}\` | ${value} |`)
    const options = page.slice(page.indexOf('## Options'), page.indexOf('## Dialling'))
    expect(options.match(/^\| `\w+` \|/gm)).toHaveLength(Object.keys(defaultConnectionOptions).length)
  })
})
