import { describe, expect, it } from 'vitest'
import type { Format } from '../../../src/chat/format.ts'
import { Hub } from '../../../src/chat/hub.ts'
import { HubRefusal } from '../../../src/chat/hub-refusal.ts'
import type { Membership, Registrant } from '../../../src/chat/membership.ts'

/** A format that shows everything as words, and counts how often it is asked. */
class Words implements Format {
  readonly name = 'words'
  encoded = 0
  readonly #tellsPresence: boolean

  constructor(tellsPresence = true) {
    this.#tellsPresence = tellsPresence
  }

  publication({ name, text, offset }: { name: string; text: string; offset: number }): Buffer {
    this.encoded++
    return Buffer.from(`[${offset} ${name}: ${text}]`)
  }

  presence({ join, leave }: { join?: string; leave?: string }): Buffer | undefined {
    return this.#tellsPresence ? Buffer.from(`[-${leave ?? ''} +${join ?? ''}]`) : undefined
  }
}

class Person implements Registrant {
  readonly memberships: Membership[] = []
  readonly format: Format
  readonly buffers: Buffer[] = []
  readonly connection = {
    sendShared: (bytes: Buffer) => void this.buffers.push(bytes),
    sendBytes: (bytes: Buffer) => this.buffers.push(bytes) > 0,
  }

  constructor(format: Format) {
    this.format = format
  }

  get seen(): string {
    return Buffer.concat(this.buffers).toString()
  }
}

/** Everything of this turn has gone out. */
const turnEnd = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))

function lively(): { hub: Hub; words: Words; people: Person[]; seats: Membership[] } {
  const hub = new Hub({ now: () => 0 })
  const words = new Words()
  const people = ['Ann', 'Bob', 'Eve'].map(() => new Person(words))
  const seats = people.map((person, index) => hub.register(person, 'lobby', ['Ann', 'Bob', 'Eve'][index]!))
  return { hub, words, people, seats }
}

describe('A room', () => {
  it('encodes a turn once and gives every member the very same buffer', async () => {
    const { hub, words, people, seats } = lively()
    await turnEnd()
    for (const person of people) person.buffers.length = 0
    hub.say(seats[0]!, 'one')
    hub.say(seats[1]!, 'two')
    expect(people.every((person) => person.buffers.length === 0)).toBe(true)
    await turnEnd()
    expect(words.encoded).toBe(2)
    expect(people[0]!.seen).toBe('[1 Ann: one][2 Bob: two]')
    expect(people[0]!.buffers).toHaveLength(1)
    expect(people[1]!.buffers[0]).toBe(people[0]!.buffers[0])
    expect(people[2]!.buffers[0]).toBe(people[0]!.buffers[0])
  })

  it('shows somebody who joins in the middle of a turn only what is said from then on', async () => {
    const { hub, words, people, seats } = lively()
    hub.say(seats[0]!, 'before')
    const late = new Person(words)
    const seat = hub.register(late, 'lobby', 'Late')
    hub.say(seat, 'after')
    await turnEnd()
    expect(late.seen).toBe('[2 Late: after]')
    expect(people[0]!.seen).toContain('[1 Ann: before][- +Late][2 Late: after]')
    late.buffers.length = 0
    hub.say(seats[0]!, 'later')
    await turnEnd()
    expect(late.seen).toBe('[3 Ann: later]')
  })

  it('gives somebody who leaves in the middle of a turn what was said before, and nothing after', async () => {
    const { hub, people, seats } = lively()
    await turnEnd()
    people[1]!.buffers.length = 0
    hub.say(seats[1]!, 'goodbye')
    hub.unregister(people[1]!, seats[1]!)
    hub.say(seats[0]!, 'gone')
    await turnEnd()
    expect(people[1]!.seen).toBe('[1 Bob: goodbye]')
    expect(people[0]!.seen).toContain('[1 Bob: goodbye][-Bob +][2 Ann: gone]')
  })

  it('tells comings, goings and new names to formats that show them, and to no others', async () => {
    const { hub, people, seats } = lively()
    const silent = new Person(new Words(false))
    hub.register(silent, 'lobby', 'Silent')
    hub.rename(seats[0]!, 'Anna')
    await turnEnd()
    expect(people[0]!.seen).toBe('[- +Bob][- +Eve][- +Silent][-Ann +Anna]')
    expect(silent.seen).toBe('')
  })

  it('vanishes when the last member leaves, and then counts from one again', async () => {
    const { hub, words, people } = lively()
    expect(hub.rooms.get('lobby')?.size).toBe(3)
    for (const person of people) hub.unregisterAll(person)
    expect(hub.rooms.size).toBe(0)
    const next = new Person(words)
    hub.say(hub.register(next, 'lobby', 'Next'), 'hello')
    await turnEnd()
    expect(next.seen).toBe('[1 Next: hello]')
  })

  it('keeps every member in place through many joins and leaves in any order', async () => {
    const { hub, words, people } = lively()
    const crowd = Array.from({ length: 200 }, () => new Person(words))
    for (const [index, person] of crowd.entries()) hub.register(person, 'lobby', `P${index}`)
    for (const [index, person] of crowd.entries()) if (index % 3 !== 0) hub.unregisterAll(person)
    await turnEnd()
    for (const person of [...crowd, ...people]) person.buffers.length = 0
    hub.say(people[0]!.memberships[0]!, 'still here?')
    await turnEnd()
    for (const [index, person] of crowd.entries()) {
      expect(person.seen).toBe(index % 3 === 0 ? '[1 Ann: still here?]' : '')
    }
    expect(hub.rooms.get('lobby')?.names).toHaveLength(3 + 67)
  })
})

describe('The hub', () => {
  it('limits the rooms of one connection', () => {
    const hub = new Hub({ limits: { roomsPerConnection: 2 } })
    const person = new Person(new Words())
    hub.register(person, 'one', 'Ann')
    hub.register(person, 'two', 'Ann')
    expect(() => hub.register(person, 'three', 'Ann')).toThrow('at most 2 rooms')
    hub.unregister(person, person.memberships[0]!)
    hub.register(person, 'three', 'Ann')
    expect([...hub.rooms.keys()]).toEqual(['two', 'three'])
  })

  it.each(['', '-x', 'a b', 'x'.repeat(65), 'a\nb', '/x'])('refuses the room name %j', (room) => {
    expect(() => new Hub().register(new Person(new Words()), room, 'Ann')).toThrow(HubRefusal)
  })

  it.each(['', '   ', 'a\nb', 'x'.repeat(65), 'a\u202eb', 'a\u0007'])('refuses the name %j', (name) => {
    expect(() => new Hub().register(new Person(new Words()), 'lobby', name)).toThrow(HubRefusal)
  })

  it.each(['Ann', '李雷', 'Zoë O’Hara', '🦊'])('takes the name %j', (name) => {
    expect(new Hub().register(new Person(new Words()), 'räume:1', name).name).toBe(name)
  })
})
