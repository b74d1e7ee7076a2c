import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { webhookErrors } from '../../../src/server/webhooks/errors.ts'
import { eventTypes, hookNames } from '../../../src/server/webhooks/names.ts'
import { newWebhookSecret } from '../../../src/server/webhooks/signature.ts'
import { client, connected, subscribed } from '../centrifuge/clients.ts'
import { until } from '../server/peers.ts'
import { run } from '../server/running.ts'
import { BackEnd } from '../webhooks/back-end.ts'
import { consoleExamples, shownBy } from './console-examples.ts'

const root = join(import.meta.dirname, '../../..')
const page = readFileSync(join(root, 'docs/webhooks.md'), 'utf8')

let python: ChildProcess | undefined
afterEach(async () => {
  if (python === undefined) return
  const exit = once(python, 'exit')
  python.kill()
  await exit
  python = undefined
})

/** The example, on a free port; what it prints is gathered. */
async function startExample(secrets: readonly string[]): Promise<{ port: number; printed: () => string }> {
  let printed = ''
  python = spawn('python3', [join(root, 'docs/examples/webhooks.py'), '0'], {
    env: { ...process.env, LONGWIRE_WEBHOOKS_SECRETS: secrets.join(',') },
    // It complains of connections that the server cuts when it ends.
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  python.stdout!.setEncoding('utf8').on('data', (text: string) => {
    printed += text
  })
  await until('the example listens', () => printed.includes('listening on '))
  return { port: Number(/listening on (\d+)/.exec(printed)![1]), printed: () => printed }
}

describe('docs/examples/webhooks.py', () => {
  it('decides who connects, what is published, and answers calls of a real server', async () => {
    const secret = newWebhookSecret()
    const { port, printed } = await startExample(['whsec_b2xkIHNlY3JldCBvZiAyNCBieXRlcyE=', secret])
    const at = (path: string): string => `http://127.0.0.1:${port}/${path}`
    const webhooks = { connect: at('connect'), publish: at('publish'), rpc: at('rpc'), events: at('events') }
    const running = await run({ webhooks: { ...webhooks, secrets: [secret] } })

    const nobody = client(running.httpPort)
    const refused = new Promise((resolve) => nobody.once('disconnected', resolve))
    nobody.connect()
    expect(await refused).toMatchObject({ code: 4501, reason: 'say who you are' })

    const ann = await connected(running.httpPort, { data: { name: 'ann' } })
    const { subscription, data, count } = await subscribed(ann, 'talk')
    await subscription.publish({ text: 'hello' })
    await expect(subscription.publish({ text: 'HELLO' })).rejects.toMatchObject({
      code: 400,
      message: 'please do not shout',
    })
    await count(1)
    expect(data).toEqual([{ text: 'hello', checked: true }])
    expect(await ann.rpc('double', 21)).toEqual({ data: 42 })
    await expect(ann.rpc('halve', 21)).rejects.toMatchObject({ code: 404 })
    await until('the events have come', () => printed().includes('subscribed ann talk'))
    expect(printed()).toContain('connected ann')
    expect(printed()).toContain('subscribed ann news:ann')
    ann.disconnect()
    await running.server.close()
  })

  it('takes no call that is signed with another secret', async () => {
    const { port } = await startExample([newWebhookSecret()])
    const running = await run({
      webhooks: { connect: `http://127.0.0.1:${port}/connect`, secrets: [newWebhookSecret()] },
    })
    const centrifuge = client(running.httpPort, { data: { name: 'ann' } })
    centrifuge.connect()
    await until('a call has failed', () => running.log.some(({ msg }) => msg === 'a webhook failed'))
    expect(running.log.find(({ msg }) => msg === 'a webhook failed')).toMatchObject({
      hook: 'connect',
      code: 'STATUS',
      detail: `http://127.0.0.1:${port}/connect answered 401.`,
    })
    centrifuge.disconnect()
    await running.server.close()
  })
})

describe('docs/webhooks.md', () => {
  it('lists every hook, every event and every way to fail', () => {
    for (const hook of hookNames) expect(page).toContain(`| \`${hook}\` |`)
    for (const type of eventTypes) expect(page).toContain(`\`${type}\``)
    for (const [code, { meaning }] of Object.entries(webhookErrors)) {
      expect(page).toContain(`| \`${code}\` | ${meaning} |`)
    }
  })

  it('shows the fields that a back end is really asked with', async () => {
    const shown = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map((match) => JSON.parse(match[1]!))
    const secret = newWebhookSecret()
    await using backEnd = await BackEnd.start([secret])
    const running = await run({
      webhooks: { connect: backEnd.url('/connect'), publish: backEnd.url('/publish'), secrets: [secret] },
    })
    backEnd.on('/connect', { result: { user: 'ann', meta: { plan: 'gold' } } })
    const ann = await connected(running.httpPort, { name: 'page', version: '7', data: { name: 'ann' } })
    const { subscription } = await subscribed(ann, 'talk')
    await subscription.publish({ text: 'hello' })
    const [connect] = backEnd.of('/connect')
    const [publish] = backEnd.of('/publish')
    expect({ ...connect!.body, client: shown[0].client }).toEqual(shown[0])
    expect({ ...publish!.body, client: shown[1].client }).toEqual(shown[1])
    ann.disconnect()
    await running.server.close()
  })

  it('shows what its commands really print', async () => {
    for (const example of consoleExamples('docs/webhooks.md')) {
      const here = `longwire() { ${process.execPath} ${join(root, 'bin/longwire.ts')} "$@"; }\n${example.command}`
      expect(await shownBy({ ...example, command: here }, {})).toBe(example.shown)
    }
  }, 60_000)
})
