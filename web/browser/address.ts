/** The room in the page's address, so that it can be shared, bookmarked, and left with the browser's back button. */
import { roomName } from '../text/input.ts'
import { roomFault } from '../text/names.ts'

const defaultRoom = 'lobby'

/** The room that an address asks for, else the remembered one, else the one where everybody begins. */
export function roomOf(search: string, remembered: string | undefined): string {
  const asked = roomName(new URLSearchParams(search).get('room') ?? '')
  return roomFault(asked) === undefined ? asked : (remembered ?? defaultRoom)
}

/** The address of a room's page. */
export function addressOf(href: string, room: string): string {
  const url = new URL(href)
  url.search = new URLSearchParams({ room }).toString()
  url.hash = ''
  return url.href
}
