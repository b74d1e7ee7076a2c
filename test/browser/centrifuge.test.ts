/** The public client on a page of another origin: the same rows as in Node, over each transport. */
import { readFileSync } from 'node:fs'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { stripTypeScriptTypes } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { projectRoot } from '../../scripts/paths.mjs'
import { publicTransports } from '../integration/centrifuge/clients.ts'
import {
  type BehaviourName,
  behaviours,
  type ServerActions,
} from '../integration/centrifuge/matrix/behaviours.ts'
import { MatrixServer } from '../integration/centrifuge/matrix/matrix-server.ts'
import { useChromium } from './chromium.ts'

const browser = useChromium()

const text = (path: string): string => readFileSync(join(projectRoot, path), 'utf8')

/** What the page is made of: the package's build for browsers, and the rows without their types. */
const files: Record<string, { type: string; body: string }> = {
  '/': {
    type: 'text/html',
    body: '<!doctype html><title>Centrifuge</title><script src="/centrifuge.js"></script>',
  },
  '/centrifuge.js': { type: 'text/javascript', body: text('node_modules/centrifuge/dist/centrifuge.js') },
  '/behaviours.js': {
    type: 'text/javascript',
    body: stripTypeScriptTypes(text('test/integration/centrifuge/matrix/behaviours.ts')),
  },
}

/** Runs on the page: a row, with clients of the server at `base` and its deeds by the test. */
const runOnPage = `async ({ name, transport, base }) => {
  const { behaviours } = await import('/behaviours.js')
  const client = (options) => {
    const scheme = transport === 'websocket' ? 'ws' : 'http'
    const endpoint = scheme + '://' + base + '/connection/' + transport
    return new Centrifuge([{ transport, endpoint }], {
      emulationEndpoint: 'http://' + base + '/emulation',
      minReconnectDelay: 10,
      maxReconnectDelay: 50,
      ...options,
    })
  }
  const server = new Proxy({}, { get: (_, action) => (...words) => act(action, words) })
  return behaviours[name].run({ client, server })
}`

function servePage(response: ServerResponse, path: string): void {
  const file = files[path]
  if (file === undefined) response.writeHead(404).end()
  else response.writeHead(200, { 'Content-Type': file.type }).end(file.body)
}

let pages: Server
let origin: string
beforeAll(async () => {
  pages = createServer((request, response) => servePage(response, request.url ?? '/'))
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`
})
afterAll(() => new Promise((resolve) => pages.close(resolve)))

let server: MatrixServer
let page: Page
beforeEach(async () => {
  server = await MatrixServer.start([origin])
  page = await browser().newPage()
  await page.exposeFunction('act', (action: keyof ServerActions, words: never[]) =>
    (server.actions[action] as (...words: never[]) => Promise<unknown>)(...words),
  )
  await page.goto(origin)
})
afterEach(async () => {
  await page.close()
  await server[Symbol.asyncDispose]()
})

describe.each(publicTransports)('The public client on a page over %s', (transport) => {
  it.each(Object.keys(behaviours) as BehaviourName[])('%s', async (name) => {
    const seen = await page.evaluate(
      `(${runOnPage})(${JSON.stringify({ name, transport, base: `127.0.0.1:${server.port}` })})`,
    )
    expect(seen).toEqual(behaviours[name].expected)
  })

  it('gets nowhere from an origin that is not allowed', async () => {
    await using closed = await MatrixServer.start()
    const seen = await page.evaluate(`(async () => {
      const { port, transport } = ${JSON.stringify({ port: closed.port, transport })}
      const scheme = transport === 'websocket' ? 'ws' : 'http'
      const endpoint = scheme + '://127.0.0.1:' + port + '/connection/' + transport
      const client = new Centrifuge([{ transport, endpoint }])
      const error = new Promise((resolve) => client.once('error', resolve))
      client.connect()
      const { type } = await error
      const { state } = client
      client.disconnect()
      return { type, state }
    })()`)
    expect(seen).toEqual({ type: 'transport', state: 'connecting' })
  })
})
