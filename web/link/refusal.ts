/** A page is not told why its WebSocket was refused. An ordinary request to the same address is. */

/** How long the answer may take: the page has something to say meanwhile. */
const deadlineMs = 5_000

/** Why the server lets nobody in from here; `undefined`: it does, or it cannot be reached. */
export async function askRefusal(webSocketUrl: string): Promise<string | undefined> {
  try {
    const response = await fetch(webSocketUrl.replace(/^ws/, 'http'), {
      cache: 'no-store',
      signal: AbortSignal.timeout(deadlineMs),
    })
    return response.status === 403 ? (await response.text()).trim() : undefined
  } catch {
    // A server that is away refuses nobody.
    return undefined
  }
}
