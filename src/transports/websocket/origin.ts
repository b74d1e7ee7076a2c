/**
 * Which web pages may open a connection. A browser says in `Origin` where its page came from; a page of another
 * site must not chat with a visitor's cookies or from inside a visitor's network (cross-site WebSocket
 * hijacking). Programs that are no browsers send no `Origin` and are not held up.
 */
export function isOriginAllowed(
  origin: string | undefined,
  host: string | undefined,
  allowed: readonly string[],
): boolean {
  if (origin === undefined) return true
  if (allowed.includes('*') || allowed.includes(origin)) return true
  if (!URL.canParse(origin) || host === undefined) return false
  return new URL(origin).host === host.toLowerCase()
}
