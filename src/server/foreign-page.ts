/**
 * Every request of a browser is looked at, also those that need no permission, such as an image's: a page elsewhere
 * could otherwise act through a visitor's browser.
 */
import { isOriginAllowed } from '../transports/websocket/origin.ts'

/** What a page of another site is called whose browser does not say where it is. */
export const anotherSite = 'another site'

/** Where the page is that made a request, if it is neither of this server's own address nor of an allowed one. */
export function foreignPage(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  allowed: readonly string[],
): string | undefined {
  const origin = headers.origin as string | undefined
  if (!isOriginAllowed(origin, headers.host as string | undefined, allowed)) return origin
  const site = headers['sec-fetch-site']
  const isForeign = site !== undefined && site !== 'same-origin' && site !== 'none'
  return isForeign && origin === undefined && !allowed.includes('*') ? anotherSite : undefined
}
