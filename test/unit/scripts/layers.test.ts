import { describe, expect, it } from 'vitest'
import { checkLayers, importsOf, layers } from '../../../scripts/layers.ts'

const dependencies = new Set(['fastify', '@fastify/static'])

function check(file: string, text: string) {
  return checkLayers(new Map([[file, text]]), dependencies)
}

describe('the layer check', () => {
  const chain = ['connection', 'transports', 'redis', 'broker'] as const
  const order = [...chain, 'chat', 'gateway', 'server'] as const

  it('lets each layer import itself and what is below it, and nothing above', () => {
    for (const [height, from] of order.entries()) {
      for (const [otherHeight, to] of order.entries()) {
        const isSibling = from !== to && [from, to].every((layer) => layer === 'chat' || layer === 'gateway')
        const found = check(`src/${from}/a.ts`, `import { b } from '../${to}/b.ts'`)
        expect(found.length, `${from} imports ${to}`).toBe(otherHeight <= height && !isSibling ? 0 : 1)
      }
    }
    expect(Object.keys(layers).sort()).toEqual([...order].sort())
  })

  it('names the file, the line, the import and the rule', () => {
    expect(
      check('src/redis/pool.ts', "\nimport { a } from './a.ts'\nimport { room } from '../chat/room.ts'\n"),
    ).toEqual([
      {
        file: 'src/redis/pool.ts',
        line: 3,
        imported: '../chat/room.ts',
        rule: 'redis imports only itself and transports, connection',
      },
    ])
    expect(check('src/connection/a.ts', "import '../redis/b.ts'")[0]?.rule).toBe(
      'connection imports nothing but itself',
    )
  })

  it('lets nobody in src/ but the exports import the server', () => {
    expect(check('src/gateway/a.ts', "import '../server/b.ts'")).toHaveLength(1)
    expect(check('src/index.ts', "export * from './server/b.ts'")).toEqual([])
    expect(check('src/exports/chat.ts', "export * from '../chat/b.ts'")).toEqual([])
    expect(check('bin/longwire.ts', "import '../src/server/b.ts'")).toEqual([])
  })

  it('lets no layer import the exports, the command, the page or a file outside src/', () => {
    for (const target of [
      '../index.ts',
      '../exports/chat.ts',
      '../../bin/main.ts',
      '../../web/a.ts',
      '../../test/a.ts',
    ]) {
      expect(check('src/server/a.ts', `import '${target}'`), target).toHaveLength(1)
    }
  })

  it('refuses a folder of src/ that is no layer', () => {
    expect(check('src/common/a.ts', "import '../connection/b.ts'")[0]?.rule).toContain(
      'src/common is no layer',
    )
    expect(check('src/chat/a.ts', "import '../common/b.ts'")).toHaveLength(1)
  })

  it('lets connection, transports and redis import no package, only modules of Node', () => {
    for (const layer of ['connection', 'transports', 'redis']) {
      expect(check(`src/${layer}/a.ts`, "import 'node:net'")).toEqual([])
      expect(check(`src/${layer}/a.ts`, "import { fastify } from 'fastify'")[0]?.rule).toContain('no package')
      expect(check(`src/${layer}/a.ts`, "import type { A } from 'fastify'")).toHaveLength(1)
    }
  })

  it('lets the published code import only packages that are installed with it', () => {
    expect(check('src/server/a.ts', "import 'fastify'; import files from '@fastify/static/x'")).toEqual([])
    expect(check('src/server/a.ts', "import 'vite'")[0]?.rule).toContain('"dependencies"')
    expect(check('bin/longwire.ts', "await import('vite')")).toHaveLength(1)
  })

  it('lets the page import itself, packages, and of src/ only types of a protocol file', () => {
    const protocol = '../src/chat/protocol.ts'
    expect(check('web/main.tsx', "import './style.css'; import { h } from 'preact'")).toEqual([])
    expect(check('web/main.tsx', `import type { Frame } from '${protocol}'`)).toEqual([])
    expect(check('web/main.tsx', `import { Frame } from '${protocol}'`)).toHaveLength(1)
    expect(check('web/main.tsx', "import type { Room } from '../src/chat/room.ts'")).toHaveLength(1)
    expect(check('web/main.tsx', "import 'node:fs'")).toHaveLength(1)
    expect(check('web/vite.config.ts', "import 'node:path'")).toEqual([])
  })
})

describe('finding imports', () => {
  it('sees every form of import, with its line', () => {
    const text = [
      "import type { A } from './1.ts'",
      "import { type B, c } from './2.ts'",
      "export * from './3.ts'",
      "export type { D } from './4.ts'",
      "const e = () => import('./5.ts')",
      "type F = import('./6.ts').F",
      "import './7.ts'",
    ].join('\n')
    const found = importsOf('src/a.ts', text)
    expect(found.map(({ specifier }) => specifier)).toEqual([1, 2, 3, 4, 5, 6, 7].map((n) => `./${n}.ts`))
    expect(found.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(found.filter(({ isTypeOnly }) => isTypeOnly).map(({ line }) => line)).toEqual([1, 4, 6])
  })

  it('is not misled by comments, strings and templates', () => {
    const text =
      "// import './1.ts'\n/* import './2.ts' */\nconst a = \"import './3.ts'\" + `import './4.ts'` + /`/.source"
    expect(importsOf('src/a.ts', text)).toEqual([])
  })

  it('refuses a file that it cannot parse', () => {
    expect(() => importsOf('src/a.ts', 'import {')).toThrow(/src\/a\.ts/)
  })
})
