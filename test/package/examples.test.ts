/** The examples of rooms in other frameworks, each run as a reader would run it: installed, built, started. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Centrifuge } from 'centrifuge'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { WebSocket } from 'ws'
import { freePort } from '../integration/redis/redis-server.ts'
import { Consumer, cleanEnvironment, projectRoot } from './consumer.ts'

const names = ['express', 'fastify', 'next']
const consumer = new Consumer()
let server: ChildProcess | undefined
let port = 0
const clients: Centrifuge[] = []

/** At the lowest versions that the examples take: what is newest today is not what was tried. */
function packagesOf(name: string): string[] {
  const path = join(projectRoot, 'docs/examples', name, 'package.json')
  const { dependencies, devDependencies = {} } = JSON.parse(readFileSync(path, 'utf8'))
  return Object.entries<string>({ ...dependencies, ...devDependencies })
    .filter(([dependency]) => dependency !== 'longwire')
    .map(([dependency, range]) => `${dependency}@${range.replace('^', '')}`)
}

beforeAll(async () => {
  await consumer.install(inject('tarball'), [...new Set(names.flatMap(packagesOf))])
  for (const name of names) consumer.copy(`docs/examples/${name}`)
})
afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect()
  if (server?.exitCode === null && server.kill('SIGKILL')) await once(server, 'exit')
})
afterAll(() => consumer.remove())

/** Starts an example on a free port, and resolves when it listens. */
async function start(name: string, environment: Record<string, string> = {}): Promise<ChildProcess> {
  port = await freePort()
  const child = spawn('node', ['server.ts'], {
    cwd: join(consumer.folder, name),
    env: { ...cleanEnvironment(), NEXT_TELEMETRY_DISABLED: '1', PORT: String(port), ...environment },
  })
  server = child
  let said = ''
  const listening = new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      said += chunk
      if (said.includes('listening on')) resolve()
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('exit', () => reject(new Error(`The example ended: ${said}`)))
  })
  await listening
  return child
}

/** Subscribes with the public client; `heard` grows with what comes. */
async function subscriber(channel: string, cookie = ''): Promise<{ client: Centrifuge; heard: unknown[] }> {
  class WithCookie extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols, { headers: { Cookie: cookie } })
    }
  }
  const client = new Centrifuge(`ws://127.0.0.1:${port}/connection/websocket`, { websocket: WithCookie })
  clients.push(client)
  const heard: unknown[] = []
  const subscription = client.newSubscription(channel, { since: { offset: 0, epoch: '' } })
  subscription.on('publication', ({ data }) => heard.push(data))
  subscription.subscribe()
  client.connect()
  await subscription.ready(20_000)
  return { client, heard }
}

const say = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })

describe('An application', () => {
  it('in Express has comments that are live, from people whom its cookie names', async () => {
    const child = await start('express')
    const { heard } = await subscriber('article-7')
    expect((await say('/articles/7/comments', { text: 'hi' })).status).toBe(401)
    const accepted = await say('/articles/7/comments', { text: 'hi' }, { Cookie: 'user=ben' })
    expect([accepted.status, await accepted.json()]).toEqual([201, { offset: 1 }])
    await expect.poll(() => heard, { timeout: 20_000 }).toEqual([{ user: 'ben', text: 'hi' }])
    await subscriber('staff', 'user=ann')
    await expect(subscriber('staff', 'user=ben')).rejects.toMatchObject({ code: expect.any(Number) })
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  it('in Fastify has a poll that is live, and ends in order', async () => {
    const child = await start('fastify')
    const { client, heard } = await subscriber('poll')
    expect((await client.rpc('vote', 'tea')).data).toEqual({ tea: 1, coffee: 0 })
    await expect.poll(() => heard, { timeout: 20_000 }).toEqual([{ tea: 1, coffee: 0 }])
    await expect(client.rpc('vote', 'water')).rejects.toMatchObject({ code: 107 })
    const votes = await fetch(`http://127.0.0.1:${port}/votes`)
    expect(await votes.json()).toEqual({ tea: 1, coffee: 0 })
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  it('in Next.js renders what was said, goes on from there, and publishes from its routes', async () => {
    const environment = { NODE_ENV: 'production' }
    const folder = join(consumer.folder, 'next')
    const build = await consumer.run('npx', ['--no-install', 'next', 'build'], { cwd: folder, environment })
    expect(build.code, build.stdout + build.stderr).toBe(0)
    const child = await start('next', environment)
    expect((await say('/say', { text: '' })).status).toBe(400)
    expect(await (await say('/say', { text: 'We are open.' })).json()).toEqual({ offset: 1 })
    const page = await (await fetch(`http://127.0.0.1:${port}/`)).text()
    expect(page).toContain('<li>We are open.</li>')
    const { heard } = await subscriber('news')
    await say('/say', { text: 'Come in!' })
    await expect
      .poll(() => heard, { timeout: 20_000 })
      .toEqual([{ text: 'We are open.' }, { text: 'Come in!' }])
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
  }, 240_000)
})
