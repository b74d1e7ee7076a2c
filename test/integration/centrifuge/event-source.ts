/** What a page's EventSource does, as far as the public client needs it: Node has none without a flag. */
export class TestEventSource {
  onopen: (() => void) | undefined
  onerror: ((error: unknown) => void) | undefined
  onmessage: ((event: { data: string }) => void) | undefined
  readonly #abort = new AbortController()

  constructor(url: string) {
    this.#read(url).catch((error) => {
      if (!this.#abort.signal.aborted) this.onerror?.(error)
    })
  }

  close(): void {
    this.#abort.abort()
  }

  async #read(url: string): Promise<void> {
    const response = await fetch(url, {
      headers: { Accept: 'text/event-stream' },
      signal: this.#abort.signal,
    })
    if (response.headers.get('content-type') !== 'text/event-stream' || response.body === null) {
      throw new Error(`The server answered ${response.status}.`)
    }
    this.onopen?.()
    let rest = ''
    const decoder = new TextDecoder()
    for await (const chunk of response.body) {
      rest += decoder.decode(chunk, { stream: true })
      const events = rest.split('\n\n')
      rest = events.pop() ?? ''
      for (const event of events) {
        const data = event
          .split('\n')
          .filter((line) => line.startsWith('data: '))
          .map((line) => line.slice(6))
        this.onmessage?.({ data: data.join('\n') })
      }
    }
    throw new Error('The stream ended.')
  }
}
