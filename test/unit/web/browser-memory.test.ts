import { describe, expect, it } from 'vitest'
import { addressOf, roomOf } from '../../../web/browser/address.ts'
import { draftsIn } from '../../../web/browser/drafts.ts'
import { type KeyValueStorage, memoryIn } from '../../../web/browser/memory.ts'
import { preferencesIn } from '../../../web/browser/preferences.ts'

function storage(): KeyValueStorage & { values: Map<string, string> } {
  const values = new Map<string, string>()
  return {
    values,
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  }
}

describe('what the page remembers', () => {
  it('is found again on the next visit', () => {
    const kept = storage()
    const before = preferencesIn(memoryIn(() => kept))
    before.name = 'Ann'
    before.room = 'harbour'
    before.visited = ['harbour', 'lobby']
    before.theme = 'dark'
    expect({ ...preferencesIn(memoryIn(() => kept)) }).toEqual({
      name: 'Ann',
      room: 'harbour',
      visited: ['harbour', 'lobby'],
      theme: 'dark',
    })
  })

  it('is as on a first visit where storage is forbidden, and that breaks nothing', () => {
    const memory = memoryIn(() => {
      throw new Error('The operation is insecure.')
    })
    const preferences = preferencesIn(memory)
    preferences.name = 'Ann'
    expect({ ...preferences }).toEqual({ name: undefined, room: undefined, visited: [], theme: 'system' })
  })

  it('is passed over where something else has written there', () => {
    const kept = storage()
    kept.values.set('longwire.visited', '{"not": "a list"')
    kept.values.set('longwire.theme', 'purple')
    kept.values.set('longwire.outgoing', '[1, ["lobby"], ["lobby", 2], null]')
    const memory = memoryIn(() => kept)
    expect(preferencesIn(memory)).toMatchObject({ visited: [], theme: 'system' })
    expect(draftsIn(memory).readOutgoing()).toEqual([])
  })

  it('keeps a draft for each room, and none of an empty text', () => {
    const kept = storage()
    const drafts = draftsIn(memoryIn(() => kept))
    drafts.write('lobby', 'half a sen')
    drafts.write('harbour', 'other')
    expect([drafts.read('lobby'), drafts.read('harbour'), drafts.read('attic')]).toEqual([
      'half a sen',
      'other',
      '',
    ])
    drafts.write('lobby', '')
    expect([...kept.values.keys()]).toEqual(['longwire.draft.harbour'])
  })

  it('keeps what was not confirmed, in doubt', () => {
    const kept = storage()
    const drafts = draftsIn(memoryIn(() => kept))
    drafts.writeOutgoing([{ key: 'o1', room: 'lobby', text: 'hello', name: 'Ann', doubt: undefined }])
    expect(drafts.readOutgoing()).toEqual([
      {
        key: 'kept0',
        room: 'lobby',
        text: 'hello',
        name: undefined,
        doubt: expect.stringContaining('closed'),
      },
    ])
    drafts.writeOutgoing([])
    expect(kept.values.size).toBe(0)
  })
})

describe('the room in the address', () => {
  it('goes before the remembered one, and the lobby comes last', () => {
    expect(roomOf('?room=attic', 'harbour')).toBe('attic')
    expect(roomOf('?room=%20', 'harbour')).toBe('harbour')
    expect(roomOf('?room=%2F..%2Fx', undefined)).toBe('lobby')
    expect(roomOf('?room=%23caf%C3%A9', undefined)).toBe('café')
    expect(roomOf('', undefined)).toBe('lobby')
  })

  it('is written so that it can be read again', () => {
    const url = addressOf('http://host/?room=x&y=z#w', 'café.2:b')
    expect(url).toBe('http://host/?room=caf%C3%A9.2%3Ab')
    expect(roomOf(new URL(url).search, undefined)).toBe('café.2:b')
  })
})
