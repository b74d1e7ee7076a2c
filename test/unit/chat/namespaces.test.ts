import { describe, expect, it } from 'vitest'
import { namespaces } from '../../../src/chat/namespaces/namespaces.ts'
import { defaultRoomOptions } from '../../../src/chat/room-options.ts'
import { ChatServer } from '../../../src/exports/chat.ts'

describe('Namespaces', () => {
  it('have what they say, then what rooms without one have, then the defaults', () => {
    const optionsOf = namespaces(
      { news: { publish: 'nobody', historySize: 500 } },
      { historySize: 7, members: 3 },
    )
    expect(optionsOf('lobby')).toEqual({ ...defaultRoomOptions, historySize: 7, members: 3 })
    const news = { ...defaultRoomOptions, publish: 'nobody', historySize: 500, members: 3 }
    for (const room of ['news:sport', '$news:board', 'news:#ann', 'news:a:b'])
      expect(optionsOf(room)).toEqual(news)
    for (const room of ['sport:news', 'New:s', ':news']) expect(optionsOf(room)).toBeUndefined()
    expect(optionsOf('dialog#news:ann')).toEqual(optionsOf('lobby'))
  })

  it('give the same object for all rooms of one', () => {
    const optionsOf = namespaces({ news: {} })
    expect(optionsOf('news:a')).toBe(optionsOf('news:b'))
    expect(optionsOf('a')).toBe(optionsOf('b'))
  })

  it('that there are none let a colon be a character like others', () => {
    expect(namespaces({}, { members: 2 })('räume:1')).toEqual({ ...defaultRoomOptions, members: 2 })
  })

  it('take an option that is undefined for one that is not given', () => {
    expect(namespaces({ news: { members: undefined } as never }, { members: 2 })('news:a')?.members).toBe(2)
  })

  it.each<[string, ConstructorParameters<typeof ChatServer>[0], string]>([
    [
      'a rule',
      { namespaces: { news: { publish: 'x' as never } } },
      'namespaces.news.publish: found "x", expected one of',
    ],
    [
      'a key',
      { roomOptions: { publsh: 'nobody' } as never },
      'roomOptions.publsh: found "nobody", expected one of',
    ],
    [
      'a number',
      { roomOptions: { historySize: -1 } },
      'roomOptions.historySize: found -1, expected number to be >=0',
    ],
    ['both', { roomOptions: () => undefined, namespaces: {} }, 'namespaces: found {}, expected nothing'],
    [
      'personal',
      { namespaces: { news: {} }, personal: 'mine' },
      'personal: found "mine", expected one of the namespaces',
    ],
  ])('say what is wrong with %s', (_what, options, message) => {
    expect(() => new ChatServer(options)).toThrow(message)
  })
})
