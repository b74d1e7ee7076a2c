import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { causes } from '../../../src/connection/cause.ts'
import { type ConnectionOptions, defaultConnectionOptions } from '../../../src/connection/options.ts'
import { ExampleFolder, examplesOf } from './examples.ts'

const root = join(import.meta.dirname, '../../..')
const folder = new ExampleFolder()
afterAll(() => folder[Symbol.dispose]())

const program = (name: string): string => readFileSync(join(root, 'docs/examples', name), 'utf8')
const added = (name: string): string =>
  folder.add({ place: `docs/examples/${name}`, code: program(name) })

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
