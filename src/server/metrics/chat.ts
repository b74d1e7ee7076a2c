/** Metrics of rooms. */
import type { Samples } from './samples.ts'

/** The hub, as far as it is measured. */
export interface MeasuredRooms {
  readonly rooms: ReadonlyMap<string, { readonly size: number }>
}

export function measureChat(samples: Samples, hub: MeasuredRooms): void {
  samples.gauge('longwire_rooms', 'Rooms that have members.', [], () => [[{}, hub.rooms.size]])
  samples.gauge('longwire_room_members', 'Members of all rooms; who is in two counts twice.', [], () => {
    let members = 0
    for (const { size } of hub.rooms.values()) members += size
    return [[{}, members]]
  })
}
