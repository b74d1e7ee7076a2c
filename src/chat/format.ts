import type { PresenceEvent, Publication } from './publication.ts'

/**
 * How a kind of member wants to see a room: the bytes on its connection. A room encodes everything once for
 * each format that its members have, however many they are.
 */
export interface Format {
  /** Its name, for metrics. */
  readonly name: string
  publication(publication: Publication): Buffer
  /** `undefined`: members of this format are not told who comes and goes. */
  presence(event: PresenceEvent): Buffer | undefined
  /** Shows how a publication differs from the one before, or begins to: the room has to know that one. */
  readonly needsPrevious?: boolean
  /** Where a member goes that has had one publication in this format. */
  readonly next?: Format
}
