import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { redisErrorCodes } from '../../../src/redis/errors.ts'
import { defaultPoolSettings } from '../../../src/redis/options.ts'
import { startRedis } from '../redis/redis-server.ts'
import { ExampleFolder, examplesOf, printsOf } from './examples.ts'

const page = readFileSync(join(import.meta.dirname, '../../../docs/redis-pool.md'), 'utf8')
const folder = new ExampleFolder()
afterAll(() => folder[Symbol.dispose]())

it('has examples that are type-checked, and print what they say with a real server', async () => {
  await using server = await startRedis()
  const examples = examplesOf('docs/redis-pool.md')
  expect(examples).toHaveLength(5)
  const programs = examples.map((example) => ({ example, path: folder.add(example) }))
  expect(await folder.typeCheck()).toBe('')
  for (const { example, path } of programs) {
    const { stdout, ...rest } = await folder.run(path, { REDIS_URL: `redis://127.0.0.1:${server.port}` })
    expect(rest, example.place).toEqual({ code: 0, stderr: '' })
    expect(stdout.split('\n').slice(0, -1), example.place).toEqual(printsOf(example))
  }
})

it('lists every code of an error as the table of the code has it', () => {
  for (const [code, meaning] of Object.entries(redisErrorCodes)) {
    expect(page).toContain(`| \`${code}\` | ${meaning} |`)
  }
})

it('lists every option, with its default where that is one value', () => {
  const options = page.slice(page.indexOf('## Options'))
  const ofAnother = ['maxIdle', 'overflow', 'keepAliveMs', 'clientName']
  for (const [option, value] of Object.entries(defaultPoolSettings)) {
    expect(options).toContain(
      ofAnother.includes(option) ? `| \`${option}\` |` : `| \`${option}\` | ${value} |`,
    )
  }
  expect(options.match(/^\| `\w+` \|/gm)).toHaveLength(Object.keys(defaultPoolSettings).length)
})
