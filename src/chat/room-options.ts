/** What a room does beyond passing messages on. */
export interface RoomOptions {
  /** Publications that are kept; 0: none, and the room has no offsets. */
  readonly historySize: number
  /** How long a publication is kept, in milliseconds; 0: until newer ones displace it. */
  readonly historyTtlMs: number
  /** Whether subscribers recover what they missed also when they did not ask for it. */
  readonly forceRecovery: boolean
  /** Whether clients may ask who is there. */
  readonly presence: boolean
  /** Whether members that want to know are told who comes and goes. */
  readonly joinLeave: boolean
  /** Whether members get that without asking. */
  readonly forceJoinLeave: boolean
  /** Whether publications may travel as differences from the one before. */
  readonly delta: boolean
}

export const defaultRoomOptions: RoomOptions = {
  // Keeping costs memory or a write for each message: whoever wants it says how much.
  historySize: 0,
  // Five minutes bridge a reconnect, a restart, a tunnel.
  historyTtlMs: 300_000,
  forceRecovery: false,
  presence: true,
  joinLeave: true,
  forceJoinLeave: false,
  delta: true,
}

/** Options of each room by its name. Must not throw, and give the same object for the same options. */
export type RoomOptionsOf = (room: string) => RoomOptions
