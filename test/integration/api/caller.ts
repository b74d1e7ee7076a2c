/** Calls the server API as another program does. */
import { hashOfToken, newToken } from '../../../src/gateway/access/token.ts'
import type { Parsed } from '../server/parsed.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // What came; the test says what it should be.
  readonly body: Parsed
}

export class Caller {
  readonly key = newToken()
  port = 0

  get hash(): string {
    return hashOfToken(this.key)
  }

  /** Sends a request with the key, if none is given. A text is sent as it is. */
  async call(
    operation: string,
    body: unknown = {},
    headers: Readonly<Record<string, string>> = { 'X-API-Key': this.key },
  ): Promise<Answer> {
    const response = await fetch(`http://127.0.0.1:${this.port}/api/${operation}`, {
      method: 'POST',
      headers,
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    return { status: response.status, headers: response.headers, body: await response.json() }
  }

  /** The result of a call. Throws what it was answered with instead. */
  async result(operation: string, body: unknown = {}): Promise<Parsed> {
    const answer = await this.call(operation, body)
    if (answer.body.result === undefined) throw new Error(JSON.stringify(answer.body))
    return answer.body.result
  }
}
