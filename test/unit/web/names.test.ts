import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nameFault as serverNameFault, roomFault as serverRoomFault } from '../../../src/chat/names.ts'
import { initials } from '../../../web/text/initials.ts'
import { colourOf } from '../../../web/text/name-colour.ts'
import { nameFault, roomFault } from '../../../web/text/names.ts'

const animals = ['Otter', 'Heron', 'Badger', 'Finch', 'Lynx', 'Moth', 'Newt', 'Owl', 'Perch', 'Raven']
const moods = ['Quiet', 'Brave', 'Calm', 'Eager', 'Gentle', 'Keen', 'Lively', 'Merry', 'Proud', 'Sunny']
const names = moods.flatMap((mood) => animals.map((animal) => `${mood} ${animal}`))

describe('the sign of a name', () => {
  it('is made of the first letters of its first and last word', () => {
    expect(['Quiet Otter', 'ann', 'Jean-Luc van Dijk', 'r2 d2', 'ann_lee'].map(initials)).toEqual([
      'QO',
      'A',
      'JD',
      'RD',
      'AL',
    ])
  })

  it('is one letter in scripts where two would not fit', () => {
    expect(['李小龙', 'سارة أحمد'].map(initials)).toEqual(['李', 'س'])
  })

  it('is the whole emoji where the name begins with one', () => {
    expect(['🦊 Fox', '👩🏽‍🚀', '🇫🇷 France'].map(initials)).toEqual(['🦊', '👩🏽‍🚀', '🇫🇷'])
  })

  it('keeps a letter and its accent together', () => {
    expect(initials('e\u0301lodie')).toBe('E\u0301')
  })

  it('is a question mark where there is nothing to show', () => {
    expect(['', '   ', '\u200b', '...', '\u202e'].map(initials)).toEqual(['?', '?', '?', '?', '?'])
  })

  it('is short and never fails, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(initials(name)).not.toBe('')
      }),
    )
  })
})

describe('the colour of a name', () => {
  it('is always the same for the same name, however it is written down', () => {
    expect(colourOf('\u00e9lodie')).toEqual(colourOf('e\u0301lodie'))
  })

  it('differs between names that look alike', () => {
    const colours = new Set(['Ann', 'Anna', 'Anne', 'Anni'].map((name) => JSON.stringify(colourOf(name))))
    expect(colours.size).toBe(4)
  })

  it('is spread over the whole wheel', () => {
    const colours = names.map(colourOf)
    expect(new Set(colours.map(({ hue }) => hue)).size).toBe(18)
    const deep = colours.filter(({ isDeep }) => isDeep).length
    expect(deep).toBeGreaterThan(names.length / 4)
    expect(deep).toBeLessThan((names.length * 3) / 4)
  })
})

describe('a name that is chosen without a connection', () => {
  it('is taken or refused just as the server would', () => {
    const piece = fc.constantFrom(
      'a',
      'é',
      '9',
      '_',
      '.',
      ':',
      '-',
      '#',
      ',',
      '$',
      ' ',
      '/',
      '\n',
      '\u202e',
      '👍',
      '\u0301',
      'ب',
    )
    const name = fc.oneof(
      fc.array(piece, { maxLength: 70 }).map((pieces) => pieces.join('')),
      fc.string({ unit: 'binary' }),
    )
    fc.assert(
      fc.property(name, (text) => {
        expect(roomFault(text) === undefined).toBe(serverRoomFault(text, 64) === undefined)
        expect(nameFault(text) === undefined).toBe(serverNameFault(text, 64) === undefined)
      }),
    )
  })
})
