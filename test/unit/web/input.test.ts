import { describe, expect, it } from 'vitest'
import { readInput, roomName } from '../../../web/text/input.ts'

describe('what a person types', () => {
  it('is said as it is, but for empty lines around it', () => {
    expect(readInput('hello')).toEqual({ kind: 'say', text: 'hello' })
    expect(readInput('\n  two\n  lines \n\n')).toEqual({ kind: 'say', text: '  two\n  lines' })
  })

  it('is nothing when it is only white space', () => {
    expect(['', '   ', '\n\t '].map(readInput)).toEqual([undefined, undefined, undefined])
  })

  it('can be a command, in small letters or capitals', () => {
    expect(readInput('/join  #harbour ')).toEqual({ kind: 'join', room: 'harbour' })
    expect(readInput('/NICK Quiet Otter')).toEqual({ kind: 'nick', name: 'Quiet Otter' })
    expect(['/who', '/rooms', '/help'].map((typed) => readInput(typed)?.kind)).toEqual([
      'who',
      'rooms',
      'help',
    ])
  })

  it('can be an order of a moderator, which is the server’s to read', () => {
    expect(readInput('/ban "Quiet Otter" here 1h  too loud')).toEqual({
      kind: 'order',
      text: '/ban "Quiet Otter" here 1h  too loud',
    })
    expect(readInput('/sanctions')).toEqual({ kind: 'order', text: '/sanctions' })
  })

  it('is text where the slash is doubled or stands alone', () => {
    expect(readInput('//join me')).toEqual({ kind: 'say', text: '/join me' })
    expect(readInput('/ and then')).toEqual({ kind: 'say', text: '/ and then' })
  })

  it('is answered with a sentence when it is a command that cannot be carried out', () => {
    for (const typed of ['/join', '/nick ', '/fly']) {
      expect(readInput(typed)).toEqual({ kind: 'unclear', problem: expect.stringMatching(/^[A-Z]/) })
    }
    expect(readInput('/fly away')).toMatchObject({ problem: expect.stringContaining('//fly') })
  })

  it('names a room with or without its sign', () => {
    expect(['harbour', '#harbour', '  ## harbour '].map(roomName)).toEqual(['harbour', 'harbour', 'harbour'])
    expect(roomName('old  harbour bar')).toBe('old-harbour-bar')
  })
})
