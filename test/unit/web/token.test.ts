import { describe, expect, it } from 'vitest'
import type { Memory } from '../../../web/browser/memory.ts'
import { readToken, tokenIn } from '../../../web/browser/token.ts'

function memory(): Memory {
  const values = new Map<string, string>()
  return {
    read: (key) => values.get(key),
    write: (key, value) => {
      if (value === undefined) values.delete(key)
      else values.set(key, value)
    },
  }
}

describe('the token of a visit', () => {
  it('comes after the # of the address before its query, and is remembered', () => {
    const kept = memory()
    expect(tokenIn(kept, { hash: '#token=a.b.c', search: '?token=d.e.f' }).token).toBe('a.b.c')
    expect(tokenIn(kept, { hash: '', search: '?room=lobby' }).token).toBe('a.b.c')
    expect(tokenIn(kept, { hash: '', search: '?room=lobby&token=d.e.f' }).token).toBe('d.e.f')
  })

  it('is none where nobody brought one, and none any more when it was given up', () => {
    const place = tokenIn(memory(), { hash: '#token=', search: '' })
    expect(place.token).toBeUndefined()
    place.token = 'a.b.c'
    expect(place.token).toBe('a.b.c')
    place.token = undefined
    expect(place.token).toBeUndefined()
  })

  it.each([
    ['a.b.c', 'a.b.c'],
    ['  a.b\n.c ', 'a.b.c'],
    ['Bearer a.b.c', 'a.b.c'],
    ['https://chat.example/?room=a#token=a.b.c', 'a.b.c'],
    ['https://chat.example/?token=a.b.c&room=a', 'a.b.c'],
    ['   ', undefined],
  ])('is found in what is pasted: %j', (pasted, token) => {
    expect(readToken(pasted)).toBe(token)
  })
})
