/** A message as a room has ordered it. */
export interface Publication {
  readonly room: string
  /** Who said it. */
  readonly name: string
  readonly text: string
  /** Milliseconds since the Unix epoch. */
  readonly time: number
  /** Counts up by one in each room, from 1. */
  readonly offset: number
}

/** Somebody came or went; both at once: changed their name. */
export interface PresenceEvent {
  readonly room: string
  readonly join?: string
  readonly leave?: string
  readonly time: number
}
