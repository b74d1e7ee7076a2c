import { describe, expect, test } from 'vitest'
import type { GatewayReply } from '../../../src/gateway/exchange.ts'
import { CommandAnswer } from '../../../src/gateway/run-command.ts'
import { createPool } from '../../../src/redis/create-pool.ts'
import type { Reply } from '../../../src/redis/resp/reply.ts'
import { startRedis, until } from '../redis/redis-server.ts'

/** A reply that notes why it failed. */
function failing(): { readonly reply: GatewayReply; readonly errors: unknown[] } {
  const errors: unknown[] = []
  const reply: Partial<GatewayReply> = {
    fail: (error) => errors.push(error),
    closed: new AbortController().signal,
  }
  return { reply: reply as GatewayReply, errors }
}

interface Parts {
  readonly done: (result: Reply) => void | Promise<void>
  readonly failed: (error: unknown) => void
}

/** An answer that consists of two functions. */
class Answer extends CommandAnswer {
  readonly #parts: Parts

  constructor(reply: GatewayReply, parts: Parts) {
    super(reply)
    this.#parts = parts
  }

  protected done(result: Reply): void | Promise<void> {
    return this.#parts.done(result)
  }

  protected failed(error: unknown): void {
    this.#parts.failed(error)
  }
}

describe('An answer that fails', () => {
  const broken = new Error('broken')
  const throws = (): never => {
    throw broken
  }

  test('fails its own reply, and no other command on the connection that they share', async () => {
    await using server = await startRedis()
    await using pool = createPool(server.url, { size: 1 })
    await pool.set('key', 'value')
    const kinds = [throws, () => Promise.reject(broken), async () => throws()]
    for (const done of kinds) {
      const { reply, errors } = failing()
      const before = pool.get('key')
      new Answer(reply, { done, failed: throws }).run(pool, ['GET', 'key'])
      const after = pool.get('key')
      expect(await before).toBe('value')
      expect(await after).toBe('value')
      await until(() => errors.length > 0)
      expect(errors).toEqual([broken])
    }
    expect(pool.stats().connections).toHaveLength(1)
  })

  test('does so too where there was no reply of Redis’s', async () => {
    await using server = await startRedis()
    await using pool = createPool(server.url)
    const { reply, errors } = failing()
    new Answer(reply, { done: () => {}, failed: throws }).run(pool, ['SUBSCRIBE', 'channel'])
    expect(errors).toEqual([broken])
  })

  test('is given the server’s own errors as replies', async () => {
    await using server = await startRedis()
    await using pool = createPool(server.url)
    await pool.set('key', 'value')
    const { reply, errors } = failing()
    const replies: unknown[] = []
    new Answer(reply, { done: (result) => void replies.push(result), failed: throws }).run(pool, [
      'INCR',
      'key',
    ])
    await until(() => replies.length > 0)
    expect(String(replies[0])).toContain('value is not an integer')
    expect(errors).toEqual([])
  })
})
