import { describe, expect, it } from 'vitest'
import { matchingRooms, neighbourRoom, roomChoices } from '../../../web/state/room-choices.ts'

const known = {
  rooms: [
    { room: 'lobby', members: 9 },
    { room: 'harbour', members: 4 },
  ],
  visited: ['lobby', 'attic'],
  room: 'lobby',
  joining: undefined,
  members: ['Ann', 'Bo'],
}

describe('the rooms to choose from', () => {
  it('are those of the server and those visited before, in the order of the alphabet', () => {
    expect(roomChoices(known)).toEqual([
      { room: 'attic', members: undefined, isHere: false },
      { room: 'harbour', members: 4, isHere: false },
      { room: 'lobby', members: 2, isHere: true },
    ])
  })

  it('mark the room that we are on the way to, known or new', () => {
    const here = (joining: string) =>
      roomChoices({ ...known, joining })
        .filter(({ isHere }) => isHere)
        .map(({ room }) => room)
    expect(here('harbour')).toEqual(['harbour'])
    expect(here('cellar')).toEqual(['cellar'])
  })

  it('can be walked through, round and round', () => {
    const choices = roomChoices(known)
    expect([neighbourRoom(choices, 1), neighbourRoom(choices, -1)]).toEqual(['attic', 'harbour'])
  })

  it('are found by the beginning of their name first, the same name before all', () => {
    const choices = ['harbour', 'my-harbour', 'Harbour-2', 'lobby', 'harb'].map((room) => ({
      room,
      members: 1,
      isHere: false,
    }))
    const { begin, hold } = matchingRooms(choices, 'harb')
    expect(begin.map(({ room }) => room)).toEqual(['harb', 'harbour', 'Harbour-2'])
    expect(hold.map(({ room }) => room)).toEqual(['my-harbour'])
  })
})
