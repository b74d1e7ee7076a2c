/**
 * What the public client must see, whatever its transport and wherever it runs: each row says what a client does and what
 * comes of it. The same text runs in Node and in a page, so nothing is imported here but types.
 */
import type { Centrifuge, Options, Subscription, SubscriptionOptions } from 'centrifuge'

/** What a row has to work with. */
export interface World {
  /** A client over the transport that is tested, not yet connecting. */
  client(options?: Partial<Options>): Centrifuge
  readonly server: ServerActions
}

/** What the server is asked to do from outside. Everything kept goes with {@link startAnew}; the port stays. */
export interface ServerActions {
  /** Publishes the whole numbers from `first` to `last`. */
  publish(channel: string, first: number, last: number): Promise<void>
  /** Publishes weather reports, which differ little from each other. */
  publishWeather(first: number, last: number): Promise<void>
  startAnew(): Promise<void>
  /** A connection token that is good for so long; less than nothing: it has run out. */
  token(user: string, ttlMs: number): Promise<string>
  subscriptionToken(user: string, channel: string, ttlMs: number): Promise<string>
  unsubscribe(user: string, channel: string): Promise<void>
  disconnect(user: string): Promise<void>
}

export interface Behaviour {
  run(world: World): Promise<unknown>
  readonly expected: unknown
}

export const behaviours = {
  'publishes, and hears others and itself in one order, with offsets': {
    async run(world) {
      const [ann, bob] = [await entered(world), await entered(world)]
      const atAnn = await heard(ann, 'news')
      const atBob = await heard(bob, 'news')
      for (const number of [1, 2, 3]) await atAnn.subscription.publish({ number })
      await atBob.subscription.publish('from Bob')
      await atAnn.count(4)
      await atBob.count(4)
      return { ann: atAnn.data, bob: atBob.data, offsets: atBob.offsets }
    },
    expected: {
      ann: [{ number: 1 }, { number: 2 }, { number: 3 }, 'from Bob'],
      bob: [{ number: 1 }, { number: 2 }, { number: 3 }, 'from Bob'],
      offsets: [1, 2, 3, 4],
    },
  },
  'recovers when it missed nothing': recovery(0),
  'recovers one message that it missed': recovery(1),
  'recovers a thousand messages that it missed': recovery(1000),
  'is told that it cannot recover what was trimmed, and goes on live': {
    async run(world) {
      const ann = await entered(world)
      const { data, subscription, count } = await heard(ann, 'short', { recoverable: true })
      await world.server.publish('short', 1, 1)
      await count(1)
      ann.disconnect()
      await world.server.publish('short', 2, 20)
      const { recovered, wasRecovering } = await backIn(ann, subscription)
      await world.server.publish('short', 21, 21)
      await count(2)
      return { recovered, wasRecovering, data }
    },
    expected: { recovered: false, wasRecovering: true, data: [1, 21] },
  },
  'is told that the stream is another one, and goes on live': {
    async run(world) {
      const ann = await entered(world)
      const { data, subscription, count } = await heard(ann, 'news', { recoverable: true })
      await world.server.publish('news', 1, 1)
      await count(1)
      const again = subscribedAgain(subscription)
      await world.server.startAnew()
      const { recovered, wasRecovering } = await again
      await world.server.publish('news', 2, 2)
      await count(2)
      return { recovered, wasRecovering, data }
    },
    expected: { recovered: false, wasRecovering: true, data: [1, 2] },
  },
  'sees who is present, and who comes and goes': {
    async run(world) {
      const ann = await entered(world, { data: { name: 'Ann' } })
      const subscription = ann.newSubscription('news', { joinLeave: true })
      const events: unknown[] = []
      subscription.on('join', ({ info }) => events.push(['join', info.connInfo]))
      subscription.on('leave', ({ info }) => events.push(['leave', info.connInfo]))
      subscription.subscribe()
      await subscription.ready(10_000)
      const bob = await entered(world, { data: { name: 'Bob' } })
      await heard(bob, 'news')
      await until('two present', async () => (await subscription.presenceStats()).numClients === 2)
      const { clients } = await subscription.presence()
      bob.disconnect()
      await until('Bob to be gone', () => JSON.stringify(events).includes('leave'))
      return {
        names: Object.values(clients)
          .map(({ connInfo }) => connInfo.name)
          .sort(),
        events,
        left: await subscription.presenceStats(),
      }
    },
    expected: {
      names: ['Ann', 'Bob'],
      events: [
        ['join', { name: 'Bob' }],
        ['leave', { name: 'Bob' }],
      ],
      left: { numClients: 1, numUsers: 1 },
    },
  },
  'reads history from both ends and from a position': {
    async run(world) {
      const ann = await entered(world)
      const { subscription } = await heard(ann, 'news')
      await world.server.publish('news', 1, 9)
      const all = await subscription.history({ limit: -1 })
      const newest = await subscription.history({ limit: 2, reverse: true })
      const since = await subscription.history({ limit: 3, since: { offset: 4, epoch: all.epoch } })
      return [all, newest, since].map(({ publications }) => publications.map(({ data }) => data))
    },
    expected: [
      [1, 2, 3, 4, 5, 6, 7, 8, 9],
      [9, 8],
      [5, 6, 7],
    ],
  },
  'is subscribed by the server, and recovers there too': {
    async run(world) {
      const ann = world.client({ data: { name: 'Ann', rooms: ['offers'] } })
      const data: unknown[] = []
      const recoveries: boolean[] = []
      ann.on('publication', (publication) => data.push(publication.data))
      ann.on('subscribed', ({ wasRecovering, recovered }) => recoveries.push(wasRecovering && recovered))
      ann.connect()
      await ann.ready(10_000)
      await world.server.publish('offers', 1, 1)
      await until('the first', () => data.length === 1)
      ann.disconnect()
      await world.server.publish('offers', 2, 3)
      ann.connect()
      await until('the others', () => data.length === 3)
      return { data, recoveries }
    },
    expected: { data: [1, 2, 3], recoveries: [false, true] },
  },
  'is unsubscribed and disconnected by the server, and told so': {
    async run(world) {
      const ann = await entered(world, { data: { name: 'Ann' } })
      const { subscription } = await heard(ann, 'news')
      const codes: number[] = []
      subscription.on('unsubscribed', ({ code }) => codes.push(code))
      ann.on('disconnected', ({ code }) => codes.push(code))
      await world.server.unsubscribe('Ann', 'news')
      await until('the unsubscribe', () => codes.length === 1)
      await world.server.disconnect('Ann')
      await until('the disconnect', () => codes.length === 2)
      return codes
    },
    expected: [2000, 3503],
  },
  'is let in by a token, and renews it before it runs out': {
    async run({ client, server }) {
      let renewals = 0
      let connections = 0
      const getToken = async () => {
        renewals++
        return server.token('Ann', 60_000)
      }
      const ann = client({ token: await server.token('Ann', 1_000), getToken })
      ann.on('connected', () => connections++)
      ann.connect()
      const { subscription } = await heard(ann, 'news')
      await until('a new token', () => renewals > 0)
      const { clients } = await subscription.presence()
      return {
        renewals,
        connections,
        state: ann.state,
        users: Object.values(clients).map(({ user }) => user),
      }
    },
    expected: { renewals: 1, connections: 1, state: 'connected', users: ['Ann'] },
  },
  'whose token has run out while it was away gets another one, and is let in': {
    async run({ client, server }) {
      let renewals = 0
      const getToken = async () => {
        renewals++
        return server.token('Ann', 60_000)
      }
      const ann = client({ token: await server.token('Ann', -1_000), getToken })
      ann.connect()
      await ann.ready(10_000)
      return { renewals, state: ann.state }
    },
    expected: { renewals: 1, state: 'connected' },
  },
  'without another token is gone when its token runs out': {
    async run({ client, server }) {
      const ann = client({ token: await server.token('Ann', 1_000), getToken: async () => '' })
      const gone = new Promise<{ code: number; reason: string }>((resolve) =>
        ann.once('disconnected', resolve),
      )
      ann.connect()
      const { code, reason } = await gone
      return { code, reason, state: ann.state }
    },
    expected: { code: 1, reason: 'unauthorized', state: 'disconnected' },
  },
  'with a token that is none stays away': {
    async run({ client }) {
      const ann = client({ token: 'abc' })
      const gone = new Promise<{ code: number; reason: string }>((resolve) =>
        ann.once('disconnected', resolve),
      )
      ann.connect()
      const { code, reason } = await gone
      return { code, reason, state: ann.state }
    },
    expected: { code: 3500, reason: 'invalid token', state: 'disconnected' },
  },
  'enters a private room by a token for it, and renews that': {
    async run(world) {
      const { server } = world
      const ann = await entered(world, { token: await server.token('Ann', 60_000) })
      let renewals = 0
      let subscriptions = 0
      const getToken = async () =>
        server.subscriptionToken('Ann', '$vault', renewals++ === 0 ? 1_000 : 60_000)
      const { data, subscription, count } = await heard(ann, '$vault', { getToken })
      subscription.on('subscribed', () => subscriptions++)
      await until('a new token', () => renewals === 2)
      await server.publish('$vault', 1, 1)
      await count(1)
      const bob = await entered(world, { token: await server.token('Bob', 60_000) })
      const stolen = await server.subscriptionToken('Ann', '$vault', 60_000)
      const refused = bob.newSubscription('$vault', { token: stolen })
      const code = new Promise((resolve) => refused.once('unsubscribed', ({ code }) => resolve(code)))
      refused.subscribe()
      return { renewals, subscriptions, data, stolen: await code }
    },
    expected: { renewals: 2, subscriptions: 0, data: [1], stolen: 103 },
  },
  'understands deltas, from the first message on and after it recovered': {
    async run(world) {
      const ann = await entered(world)
      const { data, subscription, count } = await heard(ann, 'weather', {
        delta: 'fossil',
        recoverable: true,
      })
      await world.server.publishWeather(1, 3)
      await count(3)
      ann.disconnect()
      await world.server.publishWeather(4, 6)
      await backIn(ann, subscription)
      await world.server.publishWeather(7, 9)
      await count(9)
      return data.map((report) => (report as { number: number; places: unknown[] }).number)
    },
    expected: [1, 2, 3, 4, 5, 6, 7, 8, 9],
  },
  'batches what it says': {
    async run(world) {
      const ann = await entered(world)
      const { data, subscription, count } = await heard(ann, 'news')
      ann.startBatching()
      const published = [1, 2, 3].map((number) => subscription.publish(number))
      const called = ann.rpc('echo', 'hello')
      ann.stopBatching()
      await Promise.all(published)
      await count(3)
      return { data, called: (await called).data }
    },
    expected: { data: [1, 2, 3], called: { echo: 'hello' } },
  },
  'calls methods, is refused in words, and sends into the void': {
    async run(world) {
      const ann = await entered(world)
      const { data } = await ann.rpc('echo', [1, { two: 'drei' }])
      const refusal = await ann.rpc('nothing', null).catch((error) => error)
      await ann.send({ hello: 'void' })
      return { data, refusal: { code: refusal.code, message: refusal.message }, state: ann.state }
    },
    expected: {
      data: { echo: [1, { two: 'drei' }] },
      refusal: { code: 104, message: 'method not found' },
      state: 'connected',
    },
  },
} as const satisfies Record<string, Behaviour>

export type BehaviourName = keyof typeof behaviours

function recovery(missed: number): Behaviour {
  const numbers = (first: number, last: number): number[] =>
    Array.from({ length: last - first + 1 }, (_, index) => first + index)
  return {
    async run(world) {
      const ann = await entered(world)
      const { data, subscription, count } = await heard(ann, 'news', { recoverable: true })
      await world.server.publish('news', 1, 3)
      await count(3)
      ann.disconnect()
      if (missed > 0) await world.server.publish('news', 4, 3 + missed)
      const { recovered, wasRecovering } = await backIn(ann, subscription)
      await world.server.publish('news', 4 + missed, 4 + missed)
      await count(4 + missed)
      return { recovered, wasRecovering, data }
    },
    expected: { recovered: true, wasRecovering: true, data: numbers(1, 4 + missed) },
  }
}

/** A client that is connected. */
async function entered(world: World, options: Partial<Options> = {}): Promise<Centrifuge> {
  const centrifuge = world.client(options)
  centrifuge.connect()
  await centrifuge.ready(10_000)
  return centrifuge
}

interface Heard {
  readonly subscription: Subscription
  readonly data: unknown[]
  readonly offsets: (number | undefined)[]
  /** Resolves when so many publications have come. */
  count(number: number): Promise<void>
}

/** Subscribes, notes what comes, and resolves when subscribed. */
async function heard(
  centrifuge: Centrifuge,
  channel: string,
  options: Partial<SubscriptionOptions> = {},
): Promise<Heard> {
  const subscription = centrifuge.newSubscription(channel, options)
  const data: unknown[] = []
  const offsets: (number | undefined)[] = []
  subscription.on('publication', (publication) => {
    data.push(publication.data)
    offsets.push(publication.offset)
  })
  subscription.subscribe()
  await subscription.ready(10_000)
  const count = (number: number): Promise<void> =>
    until(`${number} publications`, () => data.length >= number)
  return { subscription, data, offsets, count }
}

interface Recovery {
  readonly recovered: boolean
  readonly wasRecovering: boolean
}

function subscribedAgain(subscription: Subscription): Promise<Recovery> {
  return new Promise((resolve) => subscription.once('subscribed', resolve))
}

/** Connects again, and resolves to what the server said of the recovery. */
function backIn(centrifuge: Centrifuge, subscription: Subscription): Promise<Recovery> {
  const again = subscribedAgain(subscription)
  centrifuge.connect()
  return again
}

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const startedAt = Date.now()
  while (!(await isSo())) {
    if (Date.now() - startedAt > 15_000) throw new Error(`It did not come to this: ${what}.`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
