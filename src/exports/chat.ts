/** `longwire/chat`: rooms for applications, and the parts that they are made of. */

export { CatchUpError } from '../chat/catch-up.ts'
export {
  ChatServer,
  type ChatServerOptions,
  type PublishOptions,
} from '../chat/chat-server.ts'
export type { ClientInfo } from '../chat/client-info.ts'
export { composeHandlers } from '../chat/compose-handlers.ts'
export {
  Disconnect,
  type DisconnectName,
  type DisconnectRow,
  disconnects,
} from '../chat/dialects/centrifuge/disconnects.ts'
export {
  CommandError,
  commandErrors,
  type ErrorName,
  type ErrorReply,
  type ErrorRow,
} from '../chat/dialects/centrifuge/errors.ts'
export {
  type CentrifugeLimits,
  type CentrifugeTiming,
  defaultCentrifugeLimits,
  defaultCentrifugeTiming,
} from '../chat/dialects/centrifuge/services.ts'
export {
  type UnsubscribeName,
  type UnsubscribeRow,
  unsubscribes,
} from '../chat/dialects/centrifuge/unsubscribes.ts'
export { jsonFormat, lineFormat, textFormat } from '../chat/dialects/plain/formats.ts'
export {
  type PlainConnection,
  type PlainLimits,
  type PlainMessage,
  PlainSession,
  type PlainSessionOptions,
} from '../chat/dialects/plain/session.ts'
export type { Format } from '../chat/format.ts'
export type * from '../chat/handlers.ts'
export {
  defaultHubLimits,
  type EntryRequest,
  Hub,
  type HubLimits,
  type HubOptions,
  type HubPublishOptions,
} from '../chat/hub.ts'
export { HubRefusal, type HubRefusalCode, hubRefusals } from '../chat/hub-refusal.ts'
export type { MemberConnection, Membership, Registrant } from '../chat/membership.ts'
export {
  ModerationError,
  type ModerationErrorCode,
  moderationErrorCodes,
} from '../chat/moderation/errors.ts'
export { type JournalOptions, journalFileIn, SanctionJournal } from '../chat/moderation/journal.ts'
export {
  defaultSanctionLimit,
  Moderation,
  type ModerationOptions,
  type ModerationOrder,
  type OrderResult,
  type SanctionFilter,
} from '../chat/moderation/moderation.ts'
export { type ModerationNotice, noticeOf } from '../chat/moderation/notice.ts'
export type { OrderTerms } from '../chat/moderation/order-terms.ts'
export type { NamedTarget, Person, PersonTarget } from '../chat/moderation/person.ts'
export type { Sanction, SanctionKind } from '../chat/moderation/sanction.ts'
export type { Subject } from '../chat/moderation/subject.ts'
export { namespaces } from '../chat/namespaces/namespaces.ts'
export type { NamespaceTable } from '../chat/namespaces/option-table.ts'
export type { PresenceEvent, Publication } from '../chat/publication.ts'
export { Room } from '../chat/room.ts'
export {
  defaultRoomOptions,
  type EntryRule,
  type Offer,
  type RoomOptions,
  type RoomOptionsOf,
  type Rule,
} from '../chat/room-options.ts'
export type { ShownInfo, ShownPublication } from '../chat/shown.ts'
export type { Target } from '../chat/target.ts'
export type { ConnectionToken, SubscriptionToken } from '../chat/tokens/claims.ts'
export { type TokenHandlersOptions, tokenHandlers } from '../chat/tokens/handlers.ts'
export type { KeySetOptions } from '../chat/tokens/key-set-url.ts'
export { makeToken, type TokenClaims } from '../chat/tokens/make-token.ts'
export { TokenError, TokenKeyError } from '../chat/tokens/token-error.ts'
export { TokenVerifier, type TokenVerifierOptions } from '../chat/tokens/verifier.ts'
export { defaultUserLimits, type UserLimits } from '../chat/user-places.ts'
