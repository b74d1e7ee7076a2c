/** What somebody finds who comes in the end: the history, and who is present. */
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Centrifuge, Subscription } from 'centrifuge'
import { startChild } from '../../../bench/child-process.ts'
import { projectRoot } from '../../../scripts/paths.mjs'
import { client } from '../../integration/centrifuge/clients.ts'
import { type KeptMessage, messageOf } from './message.ts'

export interface Kept {
  readonly messages: readonly KeptMessage[]
  readonly epoch: string
}

const pageSize = 1_000

/** The public client, straight at the server, in the room. */
export class Witness {
  readonly #centrifuge: Centrifuge
  readonly #subscription: Subscription
  #client = ''

  private constructor(centrifuge: Centrifuge, subscription: Subscription) {
    this.#centrifuge = centrifuge
    this.#subscription = subscription
  }

  static async enter(port: number, room: string): Promise<Witness> {
    const centrifuge = client(port)
    const subscription = centrifuge.newSubscription(room)
    const witness = new Witness(centrifuge, subscription)
    centrifuge.on('connected', (context) => {
      witness.#client = context.client
    })
    subscription.subscribe()
    centrifuge.connect()
    await subscription.ready(10_000)
    return witness
  }

  /** All that the room has kept, a page at a time. */
  async history(): Promise<Kept> {
    const messages: KeptMessage[] = []
    for (;;) {
      const last = messages.at(-1)?.offset ?? 0
      const { epoch } = await this.#subscription.history({ limit: 0 })
      const page = await this.#subscription.history({ limit: pageSize, since: { offset: last, epoch } })
      for (const { data, offset = 0 } of page.publications) messages.push({ ...messageOf(data), offset })
      if (messages.length === 0 || messages.at(-1)?.offset === page.offset) return { messages, epoch }
    }
  }

  /** The sessions in the room, without its own. */
  async present(): Promise<Set<string>> {
    const { clients } = await this.#subscription.presence()
    return new Set(Object.keys(clients).filter((one) => one !== this.#client))
  }

  leave(): void {
    this.#centrifuge.disconnect()
  }
}

/** What `longwire export` writes of the room. */
export async function exported(dataDir: string, room: string): Promise<Kept> {
  const args = [join(projectRoot, 'bin/longwire.ts'), 'export', '--data', dataDir]
  const child = startChild({ program: process.execPath, args }, ['ignore', 'pipe', 'inherit'])
  const ended = once(child, 'close')
  const messages: KeptMessage[] = []
  let epoch = ''
  let isInRoom = false
  for await (const line of createInterface({ input: child.stdout! })) {
    const entry: { room?: string; epoch?: string; offset?: number; data?: string } = JSON.parse(line)
    if (entry.room !== undefined) {
      isInRoom = entry.room === room
      if (isInRoom) epoch = entry.epoch ?? ''
    } else if (isInRoom && entry.data !== undefined && entry.offset !== undefined) {
      messages.push({ ...messageOf(JSON.parse(entry.data)), offset: entry.offset })
    }
  }
  const [code] = await ended
  if (code !== 0) throw new Error(`longwire export ended with exit code ${code}.`)
  return { messages, epoch }
}
