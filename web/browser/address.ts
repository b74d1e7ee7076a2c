/** The room in the page's address, so that it can be shared, bookmarked, and left with the browser's back button. */
const defaultRoom = 'lobby'

/** The room that an address asks for, else the remembered one, else the one where everybody begins. */
export function roomOf(search: string, remembered: string | undefined): string {
  const asked = new URLSearchParams(search).get('room')?.trim()
  return asked !== undefined && asked !== '' ? asked : (remembered ?? defaultRoom)
}

/** The address of a room's page. */
export function addressOf(href: string, room: string): string {
  const url = new URL(href)
  url.search = new URLSearchParams({ room }).toString()
  url.hash = ''
  return url.href
}
