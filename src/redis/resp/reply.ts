/**
 * What a Redis server says: the values that RESP2 and RESP3 replies decode to.
 *
 * | on the wire | here |
 * | --- | --- |
 * | simple, bulk, verbatim and streamed strings | `string`, or `Buffer` where the caller asked for buffers |
 * | integers | `number`, or `bigint` where a number would lose digits |
 * | doubles | `number`, with `Infinity` and `NaN` |
 * | big numbers | `bigint` |
 * | booleans | `boolean` |
 * | `_`, `$-1`, `*-1` | `null` |
 * | arrays | arrays |
 * | maps | `Map` |
 * | sets | `Set` |
 * | errors, also inside aggregates | {@link ReplyError}, as a value |
 * | pushes | {@link Push}, at the top only |
 */
import type { ReplyError } from '../errors.ts'

export type Reply = Scalar | ReplyError | Reply[] | Map<Reply, Reply> | Set<Reply>

/** A reply that holds no others. */
export type Scalar = string | Buffer | number | bigint | boolean | null

/** What the server says unasked (RESP3 type `>`): messages of subscriptions, invalidations, MONITOR lines. */
export class Push {
  readonly items: readonly Reply[]

  constructor(items: readonly Reply[]) {
    this.items = items
  }

  /** What it is about: `message`, `pmessage`, `smessage`, `subscribe`, `invalidate`… */
  get kind(): string {
    return String(this.items[0] ?? '')
  }
}

/**
 * A short string that is a whole reply, as characters, one for each of its bytes: it costs a fraction of a buffer. For
 * those who asked for it only.
 */
export class ByteText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}
