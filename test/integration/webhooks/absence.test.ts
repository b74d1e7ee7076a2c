import { afterEach, describe, expect, it } from 'vitest'
import { newWebhookSecret } from '../../../src/server/webhooks/signature.ts'
import { client, connected, subscribed } from '../centrifuge/clients.ts'
import { chatter, until } from '../server/peers.ts'
import { type Changes, type Running, run } from '../server/running.ts'
import { scrape } from '../server/scrape.ts'
import { answer, BackEnd, type Reaction } from './back-end.ts'

const opened: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close()
})

const secret = newWebhookSecret()

async function withBackEnd(
  hooks: readonly ('connect' | 'refresh' | 'subscribe' | 'publish' | 'rpc')[],
  changes: Changes['webhooks'] = {},
): Promise<{ backEnd: BackEnd; running: Running }> {
  const backEnd = await BackEnd.start([secret])
  const urls = Object.fromEntries(hooks.map((hook) => [hook, backEnd.url(`/${hook}`)]))
  const running = await run({ webhooks: { ...urls, secrets: [secret], ...changes } })
  opened.push(
    () => backEnd[Symbol.asyncDispose](),
    () => running.server.close(),
  )
  return { backEnd, running }
}

async function caller(running: Running) {
  const centrifuge = await connected(running.httpPort)
  opened.push(() => centrifuge.disconnect())
  return (method = 'any') =>
    centrifuge.rpc(method, null).then(
      ({ data }) => ({ data }),
      ({ code, temporary }) => ({ code, temporary }),
    )
}

const failures = ({ log }: Running) =>
  log.filter(({ msg }) => msg === 'a webhook failed').map(({ code }) => code)
const refused = { code: 100, temporary: true }

describe('a back end that does not decide', () => {
  const cases: readonly [what: string, code: string, reaction: Reaction][] = [
    ['answers 500', 'STATUS', (_asked, response) => answer(response, { result: { data: 1 } }, 500)],
    ['answers 401', 'STATUS', (_asked, response) => answer(response, { result: { data: 1 } }, 401)],
    ['answers 503', 'UNAVAILABLE', (_asked, response) => answer(response, {}, 503)],
    ['answers what is no JSON', 'GARBAGE', (_asked, response) => void response.end('<html>')],
    ['answers nothing', 'GARBAGE', (_asked, response) => void response.end()],
    ['answers another shape', 'GARBAGE', { result: 'yes' }],
    ['answers a list', 'GARBAGE', []],
    ['says an impossible error', 'GARBAGE', { error: { code: 'x', message: 'y' } }],
    [
      'ends in the middle',
      'UNREACHABLE',
      (_asked, response) => {
        response.writeHead(200, { 'content-length': 99 })
        response.write('{', () => response.destroy())
      },
    ],
    ['says nothing in time', 'TIMEOUT', () => {}],
    [
      'says it by and by, and not in time',
      'TIMEOUT',
      (_asked, response) => {
        response.writeHead(200)
        const timer = setInterval(() => response.write(' '), 20)
        response.on('close', () => clearInterval(timer))
      },
    ],
    [
      'answers too much',
      'TOO_LARGE',
      (_asked, response) => void response.end(JSON.stringify({ result: { data: 'x'.repeat(200_000) } })),
    ],
  ]

  it.each(cases)(
    '%s: the client gets the temporary error 100, and the log says why',
    async (_what, code, reaction) => {
      const timeoutMs = code === 'TIMEOUT' ? 500 : 10_000
      const { backEnd, running } = await withBackEnd(['rpc'], { timeoutMs, answerBytes: 100_000 })
      backEnd.on('/rpc', reaction)
      const call = await caller(running)
      expect(await call()).toEqual(refused)
      expect(failures(running)).toEqual([code])
      backEnd.on('/rpc', { result: { data: 'again' } })
      await until('it decides again', async () => 'data' in (await call()))
    },
  )

  it('is named in the log without the query of its URL, which may hold a secret', async () => {
    const backEnd = await BackEnd.start([secret])
    const rpc = backEnd.url('/rpc?key=hidden')
    const running = await run({ webhooks: { rpc, secrets: [secret] } })
    opened.push(
      () => backEnd[Symbol.asyncDispose](),
      () => running.server.close(),
    )
    const call = await caller(running)
    for (const status of [500, 503, 307]) {
      backEnd.reactions.set('/rpc?key=hidden', (_asked, response) => answer(response, {}, status))
      expect(await call()).toEqual(refused)
    }
    expect(failures(running)).toEqual(['STATUS', 'UNAVAILABLE', 'REDIRECT'])
    await backEnd.down()
    expect(await call()).toEqual(refused)
    expect(JSON.stringify(running.log)).toContain('/rpc answered 500')
    expect(JSON.stringify(running.log)).not.toContain('hidden')
  })

  it('redirects: nobody follows', async () => {
    const { backEnd, running } = await withBackEnd(['rpc'])
    backEnd.on('/rpc', (_asked, response) => void response.writeHead(307, { location: '/elsewhere' }).end())
    backEnd.on('/elsewhere', { result: { data: 1 } })
    const call = await caller(running)
    expect(await call()).toEqual(refused)
    expect(failures(running)).toEqual(['REDIRECT'])
    expect(backEnd.of('/elsewhere')).toEqual([])
  })

  it('is down: clients are refused for now, and come back by themselves when it is up', async () => {
    const { backEnd, running } = await withBackEnd(['connect', 'subscribe', 'publish'])
    await backEnd.down()
    const centrifuge = client(running.httpPort)
    opened.push(() => centrifuge.disconnect())
    centrifuge.connect()
    await until('it has been refused some times', () => failures(running).length >= 3)
    expect(centrifuge.state).toBe('connecting')
    expect(new Set(failures(running)).has('UNREACHABLE')).toBe(true)
    await backEnd.up()
    backEnd.on('/connect', { result: { user: 'ann' } })
    await centrifuge.ready(15_000)
    const { subscription } = await subscribed(centrifuge, 'room')
    await subscription.publish('hello')
    await backEnd.down()
    await expect(subscription.publish('lost')).rejects.toMatchObject(refused)
    await backEnd.up()
    await until('publishing goes on', () =>
      subscription.publish('found').then(
        () => true,
        () => false,
      ),
    )
  })

  it('is down, and the plain dialect is no way around it', async () => {
    const { backEnd, running } = await withBackEnd(['connect', 'subscribe', 'publish'])
    const { received, socket } = await chatter(running.httpPort, 'room=a&name=Ann&format=json')
    await until('Ann is welcome', () => received.some((text) => text.includes('welcome')))
    backEnd.on('/publish', { error: { code: 400, message: 'not here' } })
    socket.send('hello')
    await until('she is told', () => received.some((text) => text.includes('not-delivered')))
    expect(backEnd.of('/publish')[0]!.body).toMatchObject({
      channel: 'a',
      data: { name: 'Ann', text: 'hello' },
    })
    await backEnd.down()
    const other = await chatter(running.httpPort, 'room=a&name=Bob&format=json')
    // Pages come back by themselves.
    expect((await other.close).code).toBe(1013)
    expect(other.objects()).toMatchObject([{ error: 'unavailable' }])
    socket.close()
  })

  it('is left alone for a while after five failures, and found by one call', async () => {
    const { backEnd, running } = await withBackEnd(['rpc'])
    const call = await caller(running)
    await backEnd.down()
    for (let n = 0; n < 5; n++) await call()
    expect(failures(running)).toEqual(Array(5).fill('UNREACHABLE'))
    await until('a call is not even made', async () => {
      await call()
      return failures(running).includes('PAUSED')
    })
    const metrics = await scrape(running.httpPort)
    expect(
      metrics.value('longwire_webhook_calls_total{hook="rpc",outcome="UNREACHABLE"}'),
    ).toBeGreaterThanOrEqual(5)
    await backEnd.up()
    backEnd.on('/rpc', { result: { data: 'up' } })
    // Not faster: a client whose commands fail a hundred times is sent away.
    await expect.poll(async () => 'data' in (await call()), { interval: 100, timeout: 10_000 }).toBe(true)
    expect((await scrape(running.httpPort)).value('longwire_webhook_paused{hook="rpc"}')).toBeUndefined()
  })

  it('leaves it to this server where the configuration says so', async () => {
    const { backEnd, running } = await withBackEnd(['connect', 'subscribe', 'publish', 'rpc'], {
      allowWhenDown: ['connect', 'subscribe', 'publish'],
    })
    await backEnd.down()
    const call = await caller(running)
    const centrifuge = await connected(running.httpPort)
    opened.push(() => centrifuge.disconnect())
    const { subscription, data, count } = await subscribed(centrifuge, 'room')
    await subscription.publish('hello')
    await count(1)
    expect(data).toEqual(['hello'])
    expect(await call()).toEqual(refused)
  })

  it.each([
    { allowWhenDown: [] as const, codes: [3005] },
    { allowWhenDown: ['refresh'] as const, codes: [] },
  ])(
    'cannot say who may stay: with $allowWhenDown allowed, clients are told $codes',
    async ({ allowWhenDown, codes }) => {
      const { backEnd, running } = await withBackEnd(['connect', 'refresh'], { allowWhenDown })
      const soon = Math.ceil(Date.now() / 1000) + 1
      backEnd.on('/connect', { result: { user: 'ann', expire_at: soon } })
      backEnd.on('/refresh', (_asked, response) => answer(response, {}, 503))
      const centrifuge = await connected(running.httpPort)
      opened.push(() => centrifuge.disconnect())
      const heard: number[] = []
      centrifuge.on('connecting', ({ code }) => heard.push(code))
      await until('it has been asked about', () => failures(running).includes('UNAVAILABLE'))
      // What the server says of it comes before the answer to a later command.
      await centrifuge.rpc('none', null).catch(() => {})
      expect(heard).toEqual(codes)
    },
  )

  it('is asked by so many at once and no more; the rest waits for its turn', async () => {
    const { backEnd, running } = await withBackEnd(['rpc'], { concurrentCalls: 3 })
    let now = 0
    let most = 0
    backEnd.on('/rpc', async (_asked, response) => {
      most = Math.max(most, ++now)
      await new Promise((resolve) => setImmediate(resolve))
      now--
      answer(response, { result: { data: 1 } })
    })
    const call = await caller(running)
    const answers = await Promise.all(Array.from({ length: 60 }, () => call()))
    expect(answers).toEqual(Array(60).fill({ data: 1 }))
    expect(most).toBeLessThanOrEqual(3)
  })
})
