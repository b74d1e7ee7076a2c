import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ApiKeyError } from '../../../src/server/api/keys.ts'
import { operations } from '../../../src/server/api/operations/table.ts'
import { until } from '../server/peers.ts'
import { type Running, run } from '../server/running.ts'
import { scrape } from '../server/scrape.ts'
import { Caller } from './caller.ts'

const caller = new Caller()
const names = [...operations.map(({ name }) => name), 'batch']
let running: Running

beforeAll(async () => {
  running = await run({
    rooms: { historySize: 100 },
    api: { keys: [`${caller.hash} shop`], bodyBytes: 10_000 },
  })
  caller.port = running.httpPort
})
afterAll(() => running.server.close())

describe.each(names)('/api/%s', (name) => {
  const example =
    name === 'batch'
      ? { commands: [{ info: {} }] }
      : operations.find((one) => one.name === name)!.example.request

  it('is carried out with a key, and with none other', async () => {
    for (const headers of [
      { 'X-API-Key': caller.key },
      { Authorization: `apikey ${caller.key}` },
      { Authorization: `Bearer ${caller.key}` },
    ]) {
      const { status, body } = await caller.call(name, example, headers as Record<string, string>)
      expect(status).toBe(200)
      // This store has no search.
      if (name === 'search') expect(body.error.code).toBe(108)
      else expect(body.error).toBeUndefined()
    }
    for (const headers of [
      {},
      { 'X-API-Key': '' },
      { 'X-API-Key': `${caller.key}x` },
      { 'X-API-Key': caller.hash },
      { Authorization: caller.key },
      { Authorization: `Basic ${caller.key}` },
    ]) {
      const { status, body } = await caller.call(name, example, headers as Record<string, string>)
      expect({ status, code: body.error.code }).toEqual({ status: 401, code: 101 })
      expect(body.result).toBeUndefined()
    }
  })

  it('does nothing for a page of another site, whatever key that has', async () => {
    for (const from of [
      { Origin: 'https://elsewhere.example' },
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site' },
    ]) {
      const { status, body, headers } = await caller.call(name, example, {
        'X-API-Key': caller.key,
        ...(from as Record<string, string>),
      })
      expect({ status, code: body.error.code }).toEqual({ status: 403, code: 103 })
      expect(headers.get('access-control-allow-origin')).toBeNull()
    }
  })

  it('takes POST alone', async () => {
    const response = await fetch(`http://127.0.0.1:${running.httpPort}/api/${name}`, {
      headers: { 'X-API-Key': caller.key },
    })
    expect({ status: response.status, allow: response.headers.get('allow') }).toEqual({
      status: 405,
      allow: 'POST',
    })
  })

  it('says which field is wrong, and what was expected', async () => {
    const unknown = await caller.call(name, { ...example, colour: 'red' })
    expect(unknown.body.error).toEqual({ code: 107, message: 'colour: there is no such field.' })
    const none = await caller.call(name, '[1')
    expect(none.body.error.code).toBe(107)
    expect(none.body.error.message).toMatch(/^the body: expected JSON: /)
    const list = await caller.call(name, '[]')
    expect(list.body.error).toEqual({ code: 107, message: 'the body: expected object, received array.' })
  })
})

describe('the server API', () => {
  it('answers 404 for what it has not, with what may have been meant', async () => {
    const { status, body } = await caller.call('publich')
    expect(status).toBe(404)
    expect(body.error).toEqual({
      code: 104,
      message: 'There is nothing at /api/publich. Did you mean /api/publish?',
    })
    expect((await caller.call('publich', {}, {})).status).toBe(401)
  })

  it('refuses a body above its limit, and one of a call that is too deep is still an answer', async () => {
    const { status, body } = await caller.call('publish', { channel: 'news', data: 'x'.repeat(10_000) })
    expect({ status, ...body.error }).toEqual({
      status: 413,
      code: 107,
      message: 'The body is larger than the limit of 10000 bytes.',
    })
    const deep = `{"channel":"deep","data":${'['.repeat(4_000)}${']'.repeat(4_000)}}`
    expect((await caller.call('publish', deep)).body.result.offset).toBe(1)
  })

  it('logs each call under the id of its request, with the name of its key and never the key', async () => {
    const mine = await caller.call('info', {}, { 'X-API-Key': caller.key, 'X-Request-Id': 'shop-17' })
    expect(mine.headers.get('x-request-id')).toBe('shop-17')
    const other = await caller.call('publish', { channel: 'a b', data: 1 })
    const id = other.headers.get('x-request-id')
    expect(id).toMatch(/^[\w-]+$/)
    const odd = await caller.call('info', {}, { 'X-API-Key': caller.key, 'X-Request-Id': 'a"b c' })
    expect(odd.headers.get('x-request-id')).toMatch(/^[\w-]+$/)
    const logged = (requestId: string | null) =>
      running.log.find((entry) => entry.msg === 'api call' && entry.requestId === requestId)
    await until('the calls are logged', () => logged('shop-17') !== undefined && logged(id) !== undefined)
    expect(logged('shop-17')).toMatchObject({ key: 'shop', path: '/api/info', status: 200, method: 'POST' })
    expect(logged(id)).toMatchObject({ key: 'shop', path: '/api/publish', error: 107 })
    expect(JSON.stringify(running.log)).not.toContain(caller.key)
  })

  it('is measured', async () => {
    const before = await scrape(running.httpPort)
    await caller.call('info')
    await caller.call('publish', {})
    await caller.call('info', {}, {})
    await until('the calls are counted', async () => {
      const now = await scrape(running.httpPort)
      const grown = (name: string) => (now.value(name) ?? 0) - (before.value(name) ?? 0)
      return (
        grown('longwire_api_calls_total{operation="info",code="0"}') === 1 &&
        grown('longwire_api_calls_total{operation="publish",code="107"}') === 1 &&
        grown('longwire_api_refused_total{status="401"}') === 1 &&
        grown('longwire_api_seconds_total{operation="info"}') > 0
      )
    })
  })
})

describe('the keys of the server API', () => {
  it('without one it is off, and says how it is turned on', async () => {
    const off = await run()
    const elsewhere = new Caller()
    elsewhere.port = off.httpPort
    const { status, body } = await elsewhere.call('info')
    expect(status).toBe(503)
    expect(body.error.message).toBe(
      'The server API is off: no key is configured. Make one with "longwire api key" and start the server with --api-key HASH.',
    )
    await off.server.close()
  })

  it('come from a file too, a hash a line with a name behind it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'longwire-keys-'))
    const file = join(folder, 'keys')
    const [first, second] = [new Caller(), new Caller()]
    writeFileSync(file, `# who may call\n\n${first.hash} the shop\n  ${second.hash}\n`)
    const keyed = await run({ api: { keys: [file] } })
    for (const one of [first, second]) {
      one.port = keyed.httpPort
      expect((await one.call('info')).status).toBe(200)
    }
    await until('both calls are logged', () => keyed.log.filter(({ msg }) => msg === 'api call').length === 2)
    expect(keyed.log.filter(({ msg }) => msg === 'api call').map(({ key }) => key)).toEqual([
      'the shop',
      second.hash.slice(7, 15),
    ])
    await keyed.server.close()
    rmSync(folder, { recursive: true })
  })

  it('that can’t be are told before the server starts', async () => {
    await expect(run({ api: { keys: ['sha256:12'] } })).rejects.toThrow(
      'api.keys: found "sha256:12", expected a hash as "longwire api key" prints it: sha256: and 64 digits.',
    )
    await expect(run({ api: { keys: ['/no/such/file'] } })).rejects.toThrow(ApiKeyError)
  })

  it('may call so often and no more, each for itself', async () => {
    const [often, seldom] = [new Caller(), new Caller()]
    const limited = await run({ api: { keys: [often.hash, seldom.hash], callRate: 0.001, callBurst: 5 } })
    often.port = seldom.port = limited.httpPort
    const three = { commands: [{ info: {} }, { info: {} }, { info: {} }] }
    expect((await often.call('batch', three)).body.replies).toHaveLength(3)
    expect((await often.call('batch', three)).body.error).toMatchObject({ code: 111 })
    expect((await often.call('info')).status).toBe(200)
    const refused = await often.call('info')
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('1')
    expect((await seldom.call('info')).status).toBe(200)
    await limited.server.close()
  })
})
