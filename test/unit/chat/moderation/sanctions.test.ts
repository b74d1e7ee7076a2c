import { describe, expect, it } from 'vitest'
import type { Sanction } from '../../../../src/chat/moderation/sanction.ts'
import { Sanctions } from '../../../../src/chat/moderation/sanctions.ts'
import { checkedSubject, type Subject } from '../../../../src/chat/moderation/subject.ts'

function sanctionsAt(now: { ms: number }, ...given: Partial<Sanction>[]): Sanctions {
  const sanctions = new Sanctions(() => now.ms)
  for (const each of given) {
    sanctions.set({ kind: 'mute', subject: { user: 'ann' }, by: 'tom', at: 0, ...each })
  }
  return sanctions
}

const ann = { user: 'ann', remoteAddress: '192.0.2.1' }
const stranger = (remoteAddress: string) => ({ user: '', remoteAddress })

describe('Sanctions', () => {
  it('hold for a user whatever the address, and for an address whoever is there', () => {
    const sanctions = sanctionsAt({ ms: 0 }, {}, { kind: 'ban', subject: { address: '192.0.2.7' } })
    expect(sanctions.find('mute', ann)).toMatchObject({ subject: { user: 'ann' } })
    expect(sanctions.find('mute', { ...ann, remoteAddress: '::1' })).toBeDefined()
    expect(sanctions.find('mute', { ...ann, user: 'bob' })).toBeUndefined()
    expect(sanctions.find('ban', ann)).toBeUndefined()
    expect(sanctions.find('ban', stranger('192.0.2.7'))).toBeDefined()
    expect(sanctions.find('ban', { user: 'ann', remoteAddress: '192.0.2.7' })).toBeDefined()
  })

  it('of a prefix hold for all addresses in it, of both families, however they are written', () => {
    const sanctions = sanctionsAt(
      { ms: 0 },
      { subject: { address: '203.0.113.0/24' } },
      { subject: { address: '2001:db8::/32' } },
    )
    for (const inside of ['203.0.113.0', '203.0.113.255', '::ffff:203.0.113.9', '2001:DB8:ffff::1']) {
      expect([inside, sanctions.find('mute', stranger(inside)) !== undefined]).toEqual([inside, true])
    }
    for (const outside of ['203.0.114.0', '2001:db9::1', '::1', 'unknown', '/run/longwire.sock']) {
      expect([outside, sanctions.find('mute', stranger(outside))]).toEqual([outside, undefined])
    }
    sanctions.delete({ kind: 'mute', subject: { address: '203.0.113.0/24' } })
    expect(sanctions.find('mute', stranger('203.0.113.255'))).toBeUndefined()
    expect(sanctions.find('mute', stranger('2001:db8::1'))).toBeDefined()
  })

  it('of one room hold there alone, of all rooms in each, and the longest is what is told', () => {
    const sanctions = sanctionsAt({ ms: 0 }, { room: 'lobby', until: 10 }, { until: 5 })
    expect(sanctions.find('mute', ann, 'lobby')).toMatchObject({ until: 10 })
    expect(sanctions.find('mute', ann, 'other')).toMatchObject({ until: 5 })
    expect(sanctions.find('mute', ann)).toMatchObject({ until: 5 })
    sanctions.set({ kind: 'mute', subject: { address: '192.0.2.1' }, by: 'tom', at: 0 })
    expect(sanctions.find('mute', ann, 'lobby')?.until).toBeUndefined()
  })

  it('hold until their end and not at it; then they are not listed, and their memory is given back', () => {
    const now = { ms: 99 }
    const sanctions = sanctionsAt(now, { until: 100 }, { room: 'lobby' })
    expect(sanctions.find('mute', ann)).toBeDefined()
    now.ms = 100
    expect(sanctions.find('mute', ann)).toBeUndefined()
    expect(sanctions.get({ kind: 'mute', subject: { user: 'ann' } })).toBeUndefined()
    expect(sanctions.size).toBe(2)
    expect(sanctions.list()).toMatchObject([{ room: 'lobby' }])
    expect(sanctions.size).toBe(1)
  })

  it('replace one another for the same subject in the same place', () => {
    const sanctions = sanctionsAt({ ms: 0 }, { reason: 'one' }, { reason: 'two' }, { room: 'lobby' })
    expect(sanctions.size).toBe(2)
    expect(sanctions.get({ kind: 'mute', subject: { user: 'ann' } })?.reason).toBe('two')
    sanctions.delete({ kind: 'mute', subject: { user: 'ann' } })
    sanctions.delete({ kind: 'mute', subject: { user: 'nobody' } })
    expect(sanctions.size).toBe(1)
  })
})

describe('A subject', () => {
  it('is written as all write it', () => {
    for (const [given, written] of [
      ['2001:0DB8::0001', '2001:db8::1'],
      ['::ffff:192.0.2.1', '192.0.2.1'],
      [' 192.0.2.1 ', '192.0.2.1'],
      ['192.0.2.1/32', '192.0.2.1'],
      ['::1/128', '::1'],
      ['10.0.0.0/08', '10.0.0.0/8'],
    ] as const) {
      expect(checkedSubject({ address: given })).toEqual({ address: written })
    }
  })

  it('that cannot be meant is refused with what is expected', () => {
    for (const address of [
      '',
      'example.org',
      '192.0.2',
      '192.0.2.1/33',
      '::1/129',
      '1.2.3.4/8/8',
      '10.0.0.0/0',
    ]) {
      expect(() => checkedSubject({ address })).toThrow(
        expect.objectContaining({ code: 'SANCTION_INPUT', message: expect.stringMatching(/prefix/) }),
      )
    }
    for (const user of ['', 'x'.repeat(257)]) {
      expect(() => checkedSubject({ user })).toThrow('A user is an id of 1 to 256 characters.')
    }
    expect(() => checkedSubject({} as Subject)).toThrow('Nothing is no IP address')
  })
})
