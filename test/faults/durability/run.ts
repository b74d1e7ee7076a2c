/**
 * One durability run: a server that is killed, proxies that cut, publishers that repeat, subscribers that resume, and the
 * checker that is told of everything. In the end the faults stop, and everything must come right within a time.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { startProxy } from '../redis/faulty-proxy.ts'
import { Chance } from './chance.ts'
import { Checker } from './checker.ts'
import { type DisturbanceKind, Disturbances } from './disturbances.ts'
import { LineSubscriber } from './line-subscriber.ts'
import { MortalServer } from './mortal-server.ts'
import type { DurabilityOptions } from './options.ts'
import { PublicSubscriber } from './public-subscriber.ts'
import { Publisher } from './publisher.ts'
import { restartPorts } from './restart-ports.ts'
import type { Subscriber, SubscriberOptions } from './subscriber.ts'
import type { Violations } from './violations.ts'
import { exported, Witness } from './witness.ts'

export interface Outcome {
  readonly counts: Checker['counts'] & {
    readonly kept: number
    readonly refused: number
    readonly present: number
    readonly kills: number
    readonly killsAtStart: number
    readonly cuts: Readonly<Record<DisturbanceKind, number>>
    /** The longest time for which this process did nothing of what it should: how busy the machine was. */
    readonly longestPauseMs: number
  }
  readonly violations: Violations
  /** Where the store is that something is wrong with. */
  readonly dataDir: string | undefined
}

const room = 'durable'

/** Longer than all silences by which either side finds that the other is gone, on a machine that is busy. */
const settleMs = 60_000
const progressMs = 2_000
const pollMs = 50

/** Of the subscribers, those that leave before presence is looked at. */
const shareLeaving = 0.3

/** `say` is told how it goes, a line at a time. */
export async function runDurability(
  options: DurabilityOptions,
  say: (line: string) => void,
): Promise<Outcome> {
  const { seed, durationMs, publishPauseMs } = options
  const checker = new Checker()
  const { violations } = checker
  const dataDir = mkdtempSync(join(tmpdir(), 'longwire-durability-'))
  const ports = await restartPorts()
  const chance = (name: string) => Chance.of(seed, name)
  const server = new MortalServer({
    ports,
    flags: serverFlags(options, dataDir),
    lifeMs: options.lifeMs,
    chance: chance('kills'),
    violations,
  })
  await server.start()
  await using http = await startProxy(ports.http)
  await using lines = await startProxy(ports.lines)
  const proxied = { http: http.port, lines: lines.port }
  const subscribers = Array.from({ length: options.subscribers }, (_, index) =>
    subscriberOf(index, { ports: proxied, room, checker }),
  )
  const publishers = Array.from({ length: options.publishers }, (_, index) => {
    const kind = index % 2 === 0 ? 'websocket' : 'lines'
    const own = chance(`publisher ${index}`)
    return new Publisher({
      id: index,
      kind,
      ports: proxied,
      room,
      checker,
      chance: own,
      pauseMs: publishPauseMs,
    })
  })
  const disturbances = new Disturbances([http, lines], chance('cuts'), options.cutPauseMs)
  const counts = () => ({
    ...checker.counts,
    refused: publishers.reduce((sum, { refused }) => sum + refused, 0),
    kills: server.kills,
    killsAtStart: server.killsAtStart,
    cuts: disturbances.counts,
  })
  const startedAtMs = performance.now()
  const pauses = monitorEventLoopDelay()
  pauses.enable()
  const reporting = setInterval(() => say(progressLine(counts(), startedAtMs, violations)), progressMs)
  const giveUp = new AbortController()
  try {
    for (const subscriber of subscribers) subscriber.start()
    await reached(settleMs, () => subscribers.every(({ client }) => client !== undefined))
    const publishing = publishers.map((publisher) => publisher.run(giveUp.signal))
    const faults = AbortSignal.timeout(durationMs)
    await Promise.all([server.run(faults), disturbances.run(faults)])

    say('The faults are over: everything has to come right now.')
    for (const publisher of publishers) publisher.end()
    await reached(settleMs, () => publishers.every(({ pending }) => pending === 0))
    for (const { name, pending } of publishers) {
      if (pending > 0) violations.add('stuck', `${name} waits for ${pending}`)
    }
    giveUp.abort()
    await Promise.all(publishing)

    const witness = await Witness.enter(ports.http, room)
    const { messages, epoch } = await witness.history()
    checker.kept('the history', messages, epoch)
    const last = messages.at(-1)?.offset ?? 0
    await reached(settleMs, () => checker.behind(last).length === 0)
    for (const late of checker.behind(last)) violations.add('behind', `${late} of ${last}`)

    // Everybody's connection vanishes without a word; of some, the person too.
    const whoLeaves = chance('leaving')
    const leaving = subscribers.filter(() => whoLeaves.happens(shareLeaving))
    for (const proxy of [http, lines]) proxy.stall()
    for (const subscriber of leaving) subscriber.leave()
    const staying = subscribers.filter((subscriber) => !leaving.includes(subscriber))
    const expected = () => new Set(staying.map(({ client, name }) => client ?? name))
    let found = await witness.present()
    await reached(settleMs, async () => {
      found = await witness.present()
      return expected().symmetricDifference(found).size === 0
    })
    checker.present(expected(), found)
    for (const subscriber of staying) subscriber.leave()
    witness.leave()

    await server.kill()
    if (options.store === 'sqlite') {
      const { messages, epoch } = await exported(dataDir, room)
      checker.kept('the export', messages, epoch)
    }
    const isWrong = violations.total > 0
    if (!isWrong) rmSync(dataDir, { recursive: true })
    return {
      counts: {
        ...counts(),
        kept: messages.length,
        present: found.size,
        longestPauseMs: Math.round(pauses.max / 1e6),
      },
      violations,
      dataDir: isWrong ? dataDir : undefined,
    }
  } finally {
    clearInterval(reporting)
    pauses.disable()
    giveUp.abort()
    for (const subscriber of subscribers) subscriber.leave()
    await server.kill()
  }
}

function serverFlags({ store, durability }: DurabilityOptions, dataDir: string): string[] {
  const flags = {
    data: dataDir,
    store,
    durability,
    // All of it: that somebody cannot recover is then always wrong.
    'history-size': 1_000_000,
    'ping-interval': 2_000,
    'pong-timeout': 1_500,
    'max-connections': 0,
    'max-connections-per-address': 0,
    'max-handshakes-per-second': 0,
  }
  return Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, String(value)])
}

const ways = ['websocket', 'sse', 'http_stream', 'lines'] as const

function subscriberOf(index: number, options: Omit<SubscriberOptions, 'name'>): Subscriber {
  const way = ways[index % ways.length] ?? 'websocket'
  const named = { ...options, name: `subscriber ${index} (${way})` }
  return way === 'lines' ? new LineSubscriber(named) : new PublicSubscriber(way, named)
}

/** Waits until it is so, or the time is up. */
async function reached(withinMs: number, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const untilMs = performance.now() + withinMs
  while (!(await isSo()) && performance.now() < untilMs) await sleep(pollMs)
}

function progressLine(
  counts: Checker['counts'] & { kills: number; cuts: Record<DisturbanceKind, number> },
  startedAtMs: number,
  violations: Violations,
): string {
  const seconds = Math.round((performance.now() - startedAtMs) / 1_000)
  const cuts = Object.values(counts.cuts).reduce((sum, count) => sum + count, 0)
  const { acknowledged, delivered, kills } = counts
  return (
    `${String(seconds).padStart(4)} s: ${acknowledged} acknowledged, ${delivered} delivered, ` +
    `${kills} kills, ${cuts} cuts, ${violations.total} violations`
  )
}
