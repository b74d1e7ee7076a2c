import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { Consumer, manifest, projectRoot } from './consumer.ts'

/** What users import: `longwire`, `longwire/connection`, and so on, as package.json declares them. */
const entries = Object.keys(manifest.exports)
  .filter((path) => path !== './package.json')
  .map((path) => path.replace(/^\./, 'longwire'))

/** Entries that stand alone: whoever imports them loads nothing of these folders, and no other package. */
const aloneEntries = entries.filter((entry) => ['longwire/connection', 'longwire/redis'].includes(entry))
const foreignFolders = ['chat', 'broker', 'gateway', 'server']

const consumer = new Consumer()
const nodeTypes = `@types/node@${manifest.devDependencies['@types/node']}`
beforeAll(() => consumer.install(inject('tarball'), [nodeTypes]), 180_000)
afterAll(() => consumer.remove())

describe('the installed package', () => {
  it.each(entries)('gives %s to a JavaScript program', async (entry) => {
    const program = `console.log(Object.keys(await import('${entry}')).length)`
    const { stdout, stderr, code } = await consumer.run('node', ['--input-type=module', '-e', program])
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
    expect(Number(stdout)).toBeGreaterThan(0)
  })

  it('gives every entry to a TypeScript program, with types', async () => {
    const lines = entries.flatMap((entry, index) => [
      `import * as entry${index} from '${entry}'`,
      `export const names${index}: (keyof typeof entry${index})[] = []`,
      // An entry without types would be `any`, and this would pass.
      `// @${'ts'}-expect-error`,
      `entry${index}.thisIsNotExported`,
    ])
    consumer.write('user.ts', lines.join('\n'))
    const compilerOptions = {
      module: 'nodenext',
      target: 'esnext',
      lib: ['esnext'],
      types: ['node'],
      strict: true,
      noEmit: true,
      skipLibCheck: false,
    }
    consumer.write('tsconfig.json', JSON.stringify({ compilerOptions, files: ['user.ts'] }))
    const tsc = join(projectRoot, 'node_modules/typescript/bin/tsc')
    const { stdout, code } = await consumer.run('node', [tsc, '-p', 'tsconfig.json'])
    expect({ stdout, code }).toEqual({ stdout: '', code: 0 })
  })

  it.each(aloneEntries)('loads nothing of the chat and no other package for %s', async (entry) => {
    consumer.write(
      'record.mjs',
      `import { registerHooks } from 'node:module'
       const loaded = []
       registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context) } })
       await import('${entry}')
       console.log(JSON.stringify(loaded))`,
    )
    const { stdout } = await consumer.run('node', ['record.mjs'])
    const loaded: string[] = JSON.parse(stdout)
    const ours = loaded.filter((url) => url.includes('/node_modules/longwire/dist/'))
    expect(ours.length).toBeGreaterThan(1)
    expect(loaded.filter((url) => !url.startsWith('node:') && !ours.includes(url))).toEqual([])
    const isForeign = (url: string) => foreignFolders.some((folder) => url.includes(`/dist/src/${folder}/`))
    expect(ours.filter(isForeign)).toEqual([])
  })

  it('keeps what is published in a file, on threads of its own', async () => {
    const program = `
      import { SqliteBroker, testBroker } from 'longwire/broker'
      const promises = []
      testBroker((name, run) => promises.push(run), () => SqliteBroker.open({ file: 'store-' + promises.length + '.db' }))
      await promises[0]()
      const broker = await SqliteBroker.open({ file: 'store.db' })
      await broker.publish('news', { data: '"kept"' }, { historySize: 1 })
      console.log((await broker.history('news')).publications[0].data, promises.length > 20)
      await broker.close()`
    const { stdout, stderr, code } = await consumer.run('node', ['--input-type=module', '-e', program])
    expect({ stdout, stderr, code }).toEqual({ stdout: '"kept" true\n', stderr: '', code: 0 })
  })

  it('has the command, which prints its help and its version', async () => {
    const help = await consumer.run('npx', ['--no-install', 'longwire', '--help'])
    expect({ code: help.code, stderr: help.stderr }).toEqual({
      code: 0,
      stderr: expect.not.stringContaining('rror'),
    })
    expect(help.stdout).toContain('--port')
    const version = await consumer.run('npx', ['--no-install', 'longwire', '--version'])
    expect(version.stdout).toContain(manifest.version)
  })

  it('tells an older Node in one sentence what it needs', async () => {
    const older =
      "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.1.0' } })"
    const { stdout, stderr, code } = await consumer.run('node', [
      '--import',
      `data:text/javascript,${encodeURIComponent(older)}`,
      join(consumer.packageFolder, 'dist/bin/longwire.js'),
      '--help',
    ])
    expect(code).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/^[^\n]*Node 24[^\n]*20\.1\.0[^\n]*\n$/)
  })

  it('holds what it needs and no more', () => {
    const command = join(consumer.packageFolder, 'dist/bin/longwire.js')
    expect(readFileSync(command, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
    expect(statSync(command).mode & 0o111).toBe(0o111)
    expect(existsSync(join(consumer.packageFolder, 'dist/web/index.html'))).toBe(true)
    for (const file of ['README.md', 'CHANGELOG.md', 'LICENSE']) {
      expect(existsSync(join(consumer.packageFolder, file)), file).toBe(true)
    }
    for (const folder of ['src', 'test', 'scripts', 'dist/test']) {
      expect(existsSync(join(consumer.packageFolder, folder)), folder).toBe(false)
    }
  })

  it('brings only its declared dependencies along, not the pinned Node', () => {
    expect(existsSync(join(consumer.folder, 'node_modules/node'))).toBe(false)
    expect(existsSync(join(consumer.folder, 'node_modules/vite'))).toBe(false)
  })
})
