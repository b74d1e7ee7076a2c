import { describe, expect, it } from 'vitest'
import { roomFault } from '../../../src/chat/names.ts'
import { namespaceOf, parseRoomName, personalRoom } from '../../../src/chat/room-name.ts'

const free = { isPrivate: false, users: undefined }

describe("A room's name", () => {
  it.each([
    ['lobby', { namespace: undefined, ...free }],
    ['news:sport', { namespace: 'news', ...free }],
    ['news:sport:ski', { namespace: 'news', ...free }],
    ['$board', { namespace: undefined, isPrivate: true, users: undefined }],
    ['$news:board', { namespace: 'news', isPrivate: true, users: undefined }],
    ['dialog#ann,ben', { namespace: undefined, isPrivate: false, users: ['ann', 'ben'] }],
    ['#ann', { namespace: undefined, isPrivate: false, users: ['ann'] }],
    ['personal:#ann', { namespace: 'personal', isPrivate: false, users: ['ann'] }],
    ['$talk:x#ann', { namespace: 'talk', isPrivate: true, users: ['ann'] }],
    ['dialog#urn:ann', { namespace: undefined, isPrivate: false, users: ['urn:ann'] }],
    ['personal:#x#ann', { namespace: 'personal', isPrivate: false, users: ['x#ann'] }],
  ])('%s says what it is', (room, name) => {
    expect(parseRoomName(room)).toEqual(name)
    expect(namespaceOf(room)).toBe(name.namespace)
    expect(roomFault(room, 64)).toBeUndefined()
  })

  it.each([
    '',
    '$',
    '$$a',
    'a$b',
    '#',
    'dialog#',
    'dialog#ann,',
    'dialog#,ann',
    'dialog#ann,,ben',
    'dialog#ann, ben',
    'dialog# ',
    'dialog#a\nb',
    'dialog#a\u202eb',
    ':#ann',
    ' #ann',
    `dialog#${'x'.repeat(256)}`,
    `${'x'.repeat(65)}#ann`,
    `$${'x'.repeat(64)}`,
  ])('may not be %j', (room) => {
    expect(roomFault(room, 64)).toMatch(/^(A room's name|The users of a room|After # stand)/)
  })

  it('has room for the users of a dialog beside its length', () => {
    const users = Array.from({ length: 6 }, (_, index) => `${index}8f1b6a2-0000-4000-8000-000000000000`)
    expect(roomFault(`${'x'.repeat(64)}#${users.join(',')}`, 64)).toBeUndefined()
    expect(roomFault('dialog#ann@example.org,Zoë O’Hara,auth0|7', 64)).toBeUndefined()
  })

  it('is a personal one for every user but who would share it', () => {
    expect(personalRoom('personal', 'ann')).toBe('personal:#ann')
    expect(parseRoomName(personalRoom('personal', 'x#ann')!).users).toEqual(['x#ann'])
    expect(personalRoom('personal', 'ann,ben')).toBeUndefined()
    expect(personalRoom('personal', '')).toBeUndefined()
  })
})
