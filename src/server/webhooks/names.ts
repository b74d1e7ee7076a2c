/** What webhooks are about: the closed lists. */

/** What a back end may decide. */
export const hookNames = ['connect', 'refresh', 'subscribe', 'sub_refresh', 'publish', 'rpc'] as const
export type HookName = (typeof hookNames)[number]

/** What a back end may be told of. */
export const eventTypes = ['connected', 'disconnected', 'subscribed', 'unsubscribed'] as const
export type EventType = (typeof eventTypes)[number]
