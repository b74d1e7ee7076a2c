/**
 * The broker: where publications are ordered and kept, and how they reach the processes that have members.
 *
 * A room is a *stream*: its kept publications have offsets that grow by one, from 1. Where a stream stands is its
 * *position*, an offset and an epoch. The epoch is a random word that is drawn when a stream begins; it changes
 * when a stream was lost, so that nobody takes offset 7 of the new one for offset 7 of the old.
 *
 * All of it is asynchronous and none of it assumes one process: an implementation may keep streams in memory, in
 * a file, or on a server that many processes share. What one promises is written at each method; the conformance
 * suite (`testBroker` in conformance.ts) checks it.
 *
 * How a session catches up without losing or doubling anything: `await subscribe(room)`, hold back what the
 * listener hears of the room, `await history(room, { since })`, send what it gives, then of what was held back
 * all with an offset above `history().offset`, then live.
 */
export interface Broker {
  /**
   * Whom this process has to tell. Called once, before the first {@link subscribe}.
   *
   * @throws LongwireError with code `BROKER_LISTENER` if there is a listener already
   */
  listen(listener: BrokerListener): void

  /** Resolves when the listener is sure to hear all that is published to the room from now on. May be repeated. */
  subscribe(room: string): Promise<void>

  /** Ends {@link subscribe}, however often that was called. The listener hears nothing more of the room. */
  unsubscribe(room: string): Promise<void>

  /**
   * Orders a publication, keeps it and tells every process that has subscribed to the room.
   *
   * Resolves when it is acknowledged: it is kept as safely as this broker keeps anything, and a rejected one was
   * not kept (`STORE_UNCERTAIN` apart, whose fate is unknown: repeat it with the same idempotency key).
   * Publications of one process to one room are ordered as `publish` was called.
   *
   * @throws QueueFullError more publications wait than the broker's bound allows; this one was not taken
   * @throws BrokerClosedError the broker is closed; this one was not taken
   * @throws StoreError the store failed
   */
  publish(room: string, content: Content, options?: PublishOptions): Promise<Published>

  /**
   * Tells every process that has subscribed to the room something that is not kept, has no offset, and is heard at
   * most once: who came, who went, orders between processes. Signals of one process to one room keep their order;
   * between signals and publications there is none.
   */
  signal(room: string, data: string): Promise<void>

  /** Reads a stream. One that does not exist begins with it, empty, so that its position can be resumed from. */
  history(room: string, options?: HistoryOptions): Promise<History>

  /** Forgets the kept publications. Offset and epoch stay: who is behind cannot recover, who is not does not care. */
  removeHistory(room: string): Promise<void>

  /** Says that a client is in a room for the next `ttlMs`. Repeated, it renews the time and replaces the entry. */
  addPresence(room: string, entry: PresenceEntry, ttlMs: number): Promise<void>

  /** Says that a client has left. Of no effect when it is not there. */
  removePresence(room: string, client: string): Promise<void>

  /** Who is in a room, in no particular order. */
  presence(room: string): Promise<PresenceEntry[]>

  /** How many clients are in a room, and how many different users they are. */
  presenceStats(room: string): Promise<PresenceStats>

  /**
   * Ends the broker: what was taken is finished first, what comes later is refused with `BROKER_CLOSED`.
   * May be repeated. Never rejects because of a publication.
   */
  close(): Promise<void>
}

/** What is published: opaque to the broker. */
export interface Content {
  /** JSON or text, as the dialects understand it. */
  readonly data: string
  /** JSON or text about the publisher, such as client, user and their info; kept beside the data. */
  readonly meta?: string | undefined
  /** When it was said, in milliseconds since the Unix epoch. Default: when the broker took it. */
  readonly time?: number | undefined
}

export interface PublishOptions {
  /**
   * How many of the newest publications the stream keeps, this one among them. Default 0: this one is not kept and
   * has no offset; the stream stays as it was.
   */
  readonly historySize?: number | undefined
  /** How long this publication is kept. Default: until newer ones displace it. */
  readonly historyTtlMs?: number | undefined
  /**
   * A publication with a key that the room has seen within the time to live is not made again; the promise gives
   * the first one's position. Kept as safely as publications are.
   */
  readonly idempotencyKey?: string | undefined
  /** How long the key is remembered. Default {@link defaultIdempotencyTtlMs}. */
  readonly idempotencyTtlMs?: number | undefined
}

/** Five minutes: longer than a client's retries of one publication go on, or a server's restart takes. */
export const defaultIdempotencyTtlMs = 300_000

/** Where a stream stands, or a reader of it. */
export interface Position {
  /** Of the newest publication that counts; 0: none. */
  readonly offset: number
  readonly epoch: string
}

/** Where an acknowledged publication stands. Offset 0 and an empty epoch: it is not kept. */
export interface Published extends Position {
  /** It had been published before, under the same idempotency key. */
  readonly isDuplicate: boolean
}

/** A publication as the broker ordered it. */
export interface BrokerPublication {
  /** Grows by one in a stream, from 1. 0: it is not kept. */
  readonly offset: number
  readonly data: string
  readonly meta: string | undefined
  /** Milliseconds since the Unix epoch. */
  readonly time: number
}

/**
 * Whom a process's broker tells. Nothing here may throw or wait: who has slow work to do queues it.
 *
 * A listener is told of a room's kept publications in the order of their offsets, each exactly once, from
 * `subscribe` to `unsubscribe`.
 */
export interface BrokerListener {
  /** `epoch` is empty where the publication is not kept. */
  publication(room: string, publication: BrokerPublication, epoch: string): void
  signal(room: string, data: string): void
  /**
   * The broker cannot keep its promise for this room: publications were missed (the connection to a server was
   * gone for longer than its history reaches), or the stream was lost. Whoever follows the room must read its
   * history again.
   */
  gap(room: string): void
}

export interface HistoryOptions {
  /**
   * What the reader has: it gets what comes after it, or with `isReversed` what comes before it. When the epoch is
   * another, it gets the stream from its beginning (its end), and `isRecovered` is false.
   */
  readonly since?: Position | undefined
  /** At most so many publications. 0: only the position. Default: all. */
  readonly limit?: number | undefined
  /** Newest first. Default: oldest first. */
  readonly isReversed?: boolean | undefined
}

/** What {@link Broker.history} found. `offset` and `epoch` are the stream's position when it was read. */
export interface History extends Position {
  readonly publications: readonly BrokerPublication[]
  /**
   * Nothing is missing between `since` and the publications given: the epoch is the same and no publication between
   * was trimmed. Where `limit` cut them short, this is about those that are given. Without `since`: true.
   */
  readonly isRecovered: boolean
}

/** A client in a room. */
export interface PresenceEntry {
  /** Identifies the session. */
  readonly client: string
  /** Identifies the person; empty: unknown. */
  readonly user: string
  /** JSON or text about them, opaque to the broker. */
  readonly info?: string | undefined
}

export interface PresenceStats {
  readonly clients: number
  /** Different users; each client whose user is unknown counts as one. */
  readonly users: number
}
