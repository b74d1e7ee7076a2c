import { describe, expect, it } from 'vitest'
import { type Admission, RefusedError, Registry, unlimited } from '../../../src/connection/registry.ts'
import { ManualClock } from './manual-clock.ts'
import { gate, type Opened, opened, turn } from './opened.ts'

/** Why it is not admitted; `undefined` if it is. */
function refusal(registry: Registry, address = 'a'): string | undefined {
  try {
    registry.admit(address)
    return undefined
  } catch (error) {
    if (error instanceof RefusedError) return error.reason
    throw error
  }
}

/** A connection that holds a place. */
function member(registry: Registry, address = 'a', one: Opened = opened()): Opened {
  registry.admit(address).register(one.connection)
  return one
}

describe('A place in the registry', () => {
  it('is refused when all are taken, handshakes under way included, and free again once given back', () => {
    const registry = new Registry({ ...unlimited, connections: 2 })
    const handshake = registry.admit('a')
    member(registry, 'b')
    expect(refusal(registry, 'c')).toBe('too-many-connections')
    expect([registry.size, registry.admitted, registry.addresses]).toEqual([1, 2, 2])
    handshake.release()
    expect([registry.size, registry.admitted, registry.addresses]).toEqual([1, 1, 1])
    expect(refusal(registry, 'c')).toBeUndefined()
  })

  it('is refused to an address that holds as many as it may, and to no other', () => {
    const registry = new Registry({ ...unlimited, connectionsPerAddress: 2 })
    const places: Admission[] = [registry.admit('a'), registry.admit('a')]
    expect(refusal(registry, 'a')).toBe('too-many-from-address')
    expect(refusal(registry, 'b')).toBeUndefined()
    places[0]!.release()
    expect(refusal(registry, 'a')).toBeUndefined()
    expect(registry.counts.refused).toEqual(new Map([['too-many-from-address', 1]]))
  })

  it('is refused when there were as many handshakes this second as there may be, until some time has gone', () => {
    const clock = new ManualClock()
    const registry = new Registry({ ...unlimited, handshakesPerSecond: 2 }, clock)
    expect([refusal(registry), refusal(registry)]).toEqual([undefined, undefined])
    expect(refusal(registry)).toBe('too-many-handshakes')
    clock.advance(499)
    expect(refusal(registry)).toBe('too-many-handshakes')
    clock.advance(1)
    expect([refusal(registry), refusal(registry)]).toEqual([undefined, 'too-many-handshakes'])
  })

  it('costs no handshake when it is refused for want of places', () => {
    const limits = { ...unlimited, connections: 1, handshakesPerSecond: 2 }
    const registry = new Registry(limits, new ManualClock())
    const first = registry.admit('a')
    for (let count = 0; count < 10; count++) expect(refusal(registry)).toBe('too-many-connections')
    first.release()
    expect(refusal(registry)).toBeUndefined()
  })

  it('is given back once, however often it is released', () => {
    const registry = new Registry()
    const [first] = [registry.admit('a'), registry.admit('a')]
    first.release()
    first.release()
    expect([registry.admitted, registry.addresses]).toEqual([1, 1])
  })

  it('is held by a connection until it has closed, and counted by its cause', async () => {
    const registry = new Registry()
    const { connection } = member(registry)
    expect([...registry]).toEqual([connection])
    connection.destroy('kicked', 'Out.')
    await connection.closed
    await turn()
    expect([registry.size, registry.admitted, registry.addresses]).toEqual([0, 0, 0])
    expect(registry.counts.byKind.get('memory')).toMatchObject({
      opened: 1,
      closed: new Map([['kicked', 1]]),
    })
  })
})

describe('A registry that drains', () => {
  it('admits nobody, asks all to move, and has cut nobody when all went by themselves', async () => {
    const registry = new Registry()
    const people = [member(registry), member(registry, 'b')]
    const drained = registry.drain(60_000)
    expect(registry.isDraining).toBe(true)
    expect(refusal(registry)).toBe('draining')
    for (const { transport } of people) transport.ends()
    expect(await drained).toBe(0)
    for (const { endings } of people) expect(endings.map(({ cause }) => cause)).toEqual(['drain'])
    expect(registry.size).toBe(0)
  })

  it('is done at once when nobody is there', async () => {
    expect(await new Registry().drain(60_000)).toBe(0)
  })

  it('waits for a handshake under way, and tells who comes of it to move', async () => {
    const registry = new Registry()
    const admission = registry.admit('a')
    const drained = registry.drain(60_000)
    const { connection, transport } = opened()
    admission.register(connection)
    expect(connection.ending).toMatchObject({ cause: 'drain' })
    transport.ends()
    expect(await drained).toBe(0)
  })

  it('waits for a handshake that comes to nothing', async () => {
    const registry = new Registry()
    const admission = registry.admit('a')
    const drained = registry.drain(60_000)
    admission.release()
    expect(await drained).toBe(0)
  })

  it('cuts those that are left after the time it has, and tells how many', async () => {
    const registry = new Registry()
    const [leaving, deaf, deafToo] = [member(registry), member(registry), member(registry)]
    for (const { connection, transport } of [deaf!, deafToo!]) {
      transport.stopsReading()
      connection.send('word')
    }
    await turn()
    const drained = registry.drain(20)
    leaving!.transport.ends()
    expect(await drained).toBe(2)
    expect([deaf!.transport.isDestroyed, deafToo!.transport.isDestroyed]).toEqual([true, true])
    expect([registry.size, registry.admitted]).toEqual([0, 0])
  })

  it('is not held by a handler that never settles, for longer than its connection takes to close', async () => {
    const registry = new Registry()
    const never = gate()
    const stuck = member(
      registry,
      'a',
      opened(() => never.passed, { closeTimeoutMs: 1000 }),
    )
    stuck.transport.sends('word;')
    const drained = registry.drain(0)
    await expect.poll(() => stuck.transport.isDestroyed).toBe(true)
    expect(registry.size).toBe(1)
    stuck.clock.advance(1100)
    expect(await drained).toBe(1)
    expect(stuck.endings.map(({ cause }) => cause)).toEqual(['drain'])
    expect([registry.size, registry.admitted]).toEqual([0, 0])
  })
})
