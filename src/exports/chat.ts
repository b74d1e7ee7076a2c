/** `longwire/chat`: rooms, the hub, and the plain dialect. */

export { jsonFormat, lineFormat, textFormat } from '../chat/dialects/plain/formats.ts'
export {
  type PlainConnection,
  type PlainLimits,
  type PlainMessage,
  PlainSession,
  type PlainSessionOptions,
} from '../chat/dialects/plain/session.ts'
export type { Format } from '../chat/format.ts'
export { defaultHubLimits, Hub, type HubLimits, type HubOptions, HubRefusal } from '../chat/hub.ts'
export type { MemberConnection, Membership, Registrant } from '../chat/membership.ts'
export type { PresenceEvent, Publication } from '../chat/publication.ts'
export { Room } from '../chat/room.ts'
