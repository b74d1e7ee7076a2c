import { describe, expect, it } from 'vitest'
import type { Broker, BrokerListener, History, HistoryOptions } from '../../../src/broker/broker.ts'
import { MemoryBroker } from '../../../src/broker/memory/memory.ts'
import type { Format } from '../../../src/chat/format.ts'
import { Hub } from '../../../src/chat/hub.ts'
import type { Membership, Registrant } from '../../../src/chat/membership.ts'
import { defaultRoomOptions } from '../../../src/chat/room-options.ts'

const offsets: Format = {
  name: 'offsets',
  publication: ({ offset }) => Buffer.from(`${offset} `),
  presence: () => undefined,
}

class Member implements Registrant {
  readonly memberships: Membership[] = []
  readonly format = offsets
  readonly live: number[] = []
  readonly lost: string[] = []
  readonly connection = {
    sendShared: (bytes: Buffer) => this.#take(bytes),
    sendBytes: (bytes: Buffer) => {
      this.#take(bytes)
      return true
    },
  }

  positionLost({ room }: Membership): void {
    this.lost.push(room.name)
  }

  #take(bytes: Buffer): void {
    this.live.push(...bytes.toString().trim().split(' ').map(Number))
  }
}

/** A broker whose histories are read when the test says so. */
class SlowHistory extends MemoryBroker {
  readonly waiting: (() => void)[] = []
  isSlow = false

  override async history(room: string, options?: HistoryOptions): Promise<History> {
    // What it found before, and gives late.
    const found = await super.history(room, options)
    if (this.isSlow) await new Promise<void>((resolve) => this.waiting.push(resolve))
    return found
  }
}

/** A broker whose history is ahead of what it tells: the test says when it tells of it. */
class FutureHistory extends MemoryBroker {
  #listener: BrokerListener | undefined

  override listen(listener: BrokerListener): void {
    this.#listener = listener
  }

  override async history(room: string): Promise<History> {
    return { ...(await super.history(room)), offset: 2 }
  }

  tell(offset: number, epoch: string): void {
    this.#listener?.publication('news', { offset, data: '1', meta: undefined, time: 0 }, epoch)
  }

  gap(): void {
    this.#listener?.gap('news')
  }
}

const turnEnd = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))

function hubOf(broker: Broker, historySize = 10_000): Hub {
  const options = { ...defaultRoomOptions, historySize, historyTtlMs: 0 }
  return new Hub({ broker, roomOptionsOf: () => options })
}

async function publish(hub: Hub, count: number): Promise<void> {
  for (let index = 0; index < count; index++) await hub.publish('news', { data: '1' })
}

const entry = { room: 'news', name: 'Ann', format: offsets, isPositioned: true, since: undefined }
const upTo = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)

describe('Catching up', () => {
  it.each([0, 1, 5000])(
    'joins the history and %i publications that came while it was read',
    async (count) => {
      const broker = new SlowHistory()
      const hub = hubOf(broker)
      await publish(hub, 5)
      const { epoch } = await hub.history('news')
      const member = new Member()
      broker.isSlow = true
      const entering = hub.enter(member, { ...entry, since: { offset: 2, epoch } })
      await turnEnd()
      await publish(hub, count)
      broker.isSlow = false
      for (const go of broker.waiting.splice(0)) go()
      const entered = await entering
      await publish(hub, 3)
      await turnEnd()
      expect(entered?.isRecovered).toBe(true)
      const recovered = entered?.publications.map(({ offset }) => offset) ?? []
      expect(recovered).toEqual(upTo(3, 5 + count))
      expect(member.live).toEqual(upTo(6 + count, 8 + count))
      await broker.close()
    },
  )

  it('says that it is not recovered when some were trimmed, or the epoch is another', async () => {
    const broker = new MemoryBroker()
    const hub = hubOf(broker, 3)
    await publish(hub, 5)
    const { epoch } = await hub.history('news')
    const enter = async (since: { offset: number; epoch: string }) =>
      (await hub.enter(new Member(), { ...entry, since }))!
    expect(await enter({ offset: 1, epoch })).toMatchObject({ isRecovered: false, publications: [] })
    expect(await enter({ offset: 3, epoch: 'other' })).toMatchObject({ isRecovered: false })
    expect(await enter({ offset: 9, epoch })).toMatchObject({ isRecovered: false })
    const exact = await enter({ offset: 2, epoch })
    expect(exact).toMatchObject({ isRecovered: true, position: { offset: 5, epoch } })
    expect(exact.publications.map(({ offset }) => offset)).toEqual([3, 4, 5])
    await broker.close()
  })

  it('of a member that leaves meanwhile gives nothing, and leaves nothing behind', async () => {
    const broker = new SlowHistory()
    const hub = hubOf(broker)
    const member = new Member()
    broker.isSlow = true
    const entering = hub.enter(member, entry)
    await turnEnd()
    hub.unregisterAll(member)
    for (const go of broker.waiting.splice(0)) go()
    expect(await entering).toBeUndefined()
    expect(hub.rooms.size).toBe(0)
    await broker.close()
  })

  it('reads once for all who want the same at once, who come later too, and nobody loses or doubles anything', async () => {
    const broker = new SlowHistory()
    const hub = hubOf(broker)
    await publish(hub, 5)
    const since = { offset: 2, epoch: (await hub.history('news')).epoch }
    const members = Array.from({ length: 3 }, () => new Member())
    broker.isSlow = true
    const entering = members.slice(0, 2).map((member) => hub.enter(member, { ...entry, since }))
    const other = hub.enter(new Member(), { ...entry, since: { ...since, offset: 4 } })
    await turnEnd()
    await publish(hub, 2)
    entering.push(hub.enter(members[2]!, { ...entry, since }))
    await turnEnd()
    expect(broker.waiting.length).toBe(2)
    broker.isSlow = false
    for (const go of broker.waiting.splice(0)) go()
    const entered = await Promise.all(entering)
    await publish(hub, 1)
    await turnEnd()
    for (const [index, each] of entered.entries()) {
      expect(each).toMatchObject({ isRecovered: true, position: { offset: 7 } })
      expect(each?.publications.map(({ offset }) => offset)).toEqual(upTo(3, 7))
      expect(members[index]?.live).toEqual([8])
    }
    expect((await other)?.publications.map(({ offset }) => offset)).toEqual(upTo(5, 7))
    await broker.close()
  })

  it('does not join a reading from before everybody had left, or from before something was missed', async () => {
    for (const happen of ['left', 'missed']) {
      const broker = new SlowHistory()
      const hub = hubOf(broker)
      await publish(hub, 5)
      const since = { offset: 2, epoch: (await hub.history('news')).epoch }
      const [first, second, stays] = [new Member(), new Member(), new Member()]
      await hub.enter(stays, entry)
      broker.isSlow = true
      const leaving = hub.enter(first, { ...entry, since })
      await turnEnd()
      if (happen === 'left') hub.unregisterAll(first)
      else hub.rooms.get('news')?.losePosition()
      await publish(hub, 2)
      const entering = hub.enter(second, { ...entry, since })
      await turnEnd()
      expect(broker.waiting.length).toBe(2)
      broker.isSlow = false
      for (const go of broker.waiting.splice(0)) go()
      expect((await entering)?.publications.map(({ offset }) => offset)).toEqual(upTo(3, 7))
      const left = await leaving
      if (happen === 'missed') expect(left?.publications.map(({ offset }) => offset)).toEqual(upTo(3, 7))
      await broker.close()
    }
  })

  it('skips what the listener hears only after the history told of it', async () => {
    const broker = new FutureHistory()
    const hub = hubOf(broker)
    const member = new Member()
    await hub.enter(member, entry)
    const { epoch } = await broker.history('news')
    for (const offset of [1, 2, 3]) broker.tell(offset, epoch)
    await turnEnd()
    expect(member.live).toEqual([3])
    await broker.close()
  })
})

describe('A member that follows the position', () => {
  it.each([
    ['an offset that does not follow', (broker: FutureHistory, epoch: string) => broker.tell(4, epoch)],
    ['another epoch', (broker: FutureHistory) => broker.tell(1, 'another')],
    ['a gap that the broker tells of', (broker: FutureHistory) => broker.gap()],
  ])('is out before it hears of %s', async (_, happen) => {
    const broker = new FutureHistory()
    const hub = hubOf(broker)
    const [sure, careless] = [new Member(), new Member()]
    await hub.enter(sure, entry)
    await hub.enter(careless, { ...entry, isPositioned: false })
    const { epoch } = await broker.history('news')
    for (const offset of [1, 2]) broker.tell(offset, epoch)
    await turnEnd()
    careless.live.length = 0
    happen(broker, epoch)
    await turnEnd()
    expect(sure.lost).toEqual(['news'])
    expect(sure.live).toEqual([])
    expect(sure.memberships).toEqual([])
    expect(careless.lost).toEqual([])
    expect(careless.memberships).toHaveLength(1)
    await broker.close()
  })
})
