/** A back end of the tests: it verifies signatures by code of its own, notes what it is asked, and answers as told. */
import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Parsed } from '../server/parsed.ts'

export interface Asked {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: Parsed
  /** Under which of the back end's secrets the call is signed, by their index. */
  readonly signedWith: readonly number[]
}

/** JSON that is answered; or a function that answers. */
export type Reaction = object | ((asked: Asked, response: ServerResponse) => void | Promise<void>)

export class BackEnd implements AsyncDisposable {
  readonly asked: Asked[] = []
  readonly secrets: string[]
  /** By path. What is not here is answered `{}`. */
  readonly reactions = new Map<string, Reaction>()
  #server: Server
  #port = 0

  private constructor(secrets: string[]) {
    this.secrets = secrets
    this.#server = this.#create()
  }

  static async start(secrets: string[]): Promise<BackEnd> {
    const backEnd = new BackEnd(secrets)
    await backEnd.up()
    return backEnd
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.#port}${path}`
  }

  on(path: string, reaction: Reaction): void {
    this.reactions.set(path, reaction)
  }

  of(path: string): Asked[] {
    return this.asked.filter((one) => one.path === path)
  }

  /** Listens, on the same port as before. */
  async up(): Promise<void> {
    this.#server = this.#create()
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve))
    this.#port = (this.#server.address() as AddressInfo).port
  }

  /** Nobody listens any more. */
  async down(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await closed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) await this.down()
  }

  #create(): Server {
    return createServer(async (request, response) => {
      let text = ''
      for await (const part of request.setEncoding('utf8')) text += part
      const asked: Asked = {
        path: request.url!,
        headers: request.headers,
        body: JSON.parse(text),
        signedWith: this.#signedWith(request.headers, text),
      }
      this.asked.push(asked)
      const reaction = this.reactions.get(asked.path) ?? {}
      if (typeof reaction === 'function') await reaction(asked, response)
      else answer(response, reaction)
    })
  }

  #signedWith(headers: IncomingMessage['headers'], text: string): number[] {
    const timestamp = Number(headers['webhook-timestamp'])
    if (Math.abs(Date.now() / 1000 - timestamp) > 30) return []
    const signatures = String(headers['webhook-signature']).split(' ')
    return this.secrets.flatMap((secret, index) => {
      const mac = createHmac('sha256', Buffer.from(secret.replace('whsec_', ''), 'base64'))
      mac.update(`${headers['webhook-id']}.${timestamp}.${text}`)
      return signatures.includes(`v1,${mac.digest('base64')}`) ? [index] : []
    })
  }
}

export function answer(response: ServerResponse, body: object, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
