/** What may be found wrong: a closed list, a sentence a row. */
export const violationKinds = {
  lost: 'A message that was acknowledged is not kept.',
  doubled: 'A message is kept twice.',
  invented: 'A message is kept that nobody sent.',
  order: 'Two saw different messages at one offset.',
  'publisher-order': 'Messages of one publisher are kept in another order than it sent them.',
  'history-gap': 'The offsets that are kept have a gap.',
  'delivered-twice': 'A subscriber was given an offset again.',
  missed: 'A subscriber was not given an offset that came before one it was given.',
  behind: 'A subscriber did not catch up although the server was there again.',
  unrecovered: 'A subscriber was told that it cannot recover, although all it missed is kept.',
  epoch: 'The stream became another one.',
  'turned-away': 'A client was told to stay away.',
  stuck: 'A publisher had no acknowledgement although the server was there again.',
  presence: 'Presence is not what it has to be: exactly those that are connected.',
  server: 'The server ended by itself, did not start, or complained of an error of its own.',
} as const satisfies Record<string, string>

export type ViolationKind = keyof typeof violationKinds

export interface Violation {
  readonly kind: ViolationKind
  /** Who, which, where. */
  readonly detail: string
}

/** So many of a kind are kept with their details; all are counted. */
const keptOfKind = 5

export class Violations {
  readonly #kept: Violation[] = []
  readonly #counts = new Map<ViolationKind, number>()

  add(kind: ViolationKind, detail: string): void {
    const count = (this.#counts.get(kind) ?? 0) + 1
    this.#counts.set(kind, count)
    if (count <= keptOfKind) this.#kept.push({ kind, detail })
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0)
  }

  /** How many of each kind there are. */
  get counts(): ReadonlyMap<ViolationKind, number> {
    return this.#counts
  }

  /** The first ones of each kind, in the order in which they were found. */
  get first(): readonly Violation[] {
    return this.#kept
  }
}
