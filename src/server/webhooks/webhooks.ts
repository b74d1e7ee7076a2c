/** Webhooks put together: what the back end decides, and what it is told. */
import type { Logger } from 'pino'
import { composeHandlers } from '../../chat/compose-handlers.ts'
import type { ChatHandlers, Client } from '../../chat/handlers.ts'
import { Backoff } from '../../connection/backoff.ts'
import { LongwireError } from '../../connection/errors.ts'
import type { Configuration } from '../configuration/configuration.ts'
import { type Hook, WebhookCaller } from './caller.ts'
import { WebhookCounts } from './counts.ts'
import type { WebhookError } from './errors.ts'
import { EventQueue } from './events.ts'
import { Forwarding } from './forwarding.ts'
import { webhookHandlers } from './hooks.ts'
import type { EventType } from './names.ts'
import { WebhookSigner } from './signature.ts'

/** Webhooks may not be started like this. The message says what to change. */
export class WebhookSettingsError extends LongwireError {
  constructor(message: string) {
    super('WEBHOOKS', message)
  }
}

/** Between attempts to deliver events: from a fifth of a second to half a minute. */
const deliveryPauses = { firstMs: 200, maxMs: 30_000 }

export interface WebhookParts {
  readonly logger: Logger
  /** This server checks tokens: who brings one is not asked about. */
  readonly hasTokens: boolean
}

export class Webhooks {
  readonly counts = new WebhookCounts()
  /** What the back end decides; nothing without a hook. */
  readonly handlers: ChatHandlers
  readonly #hooks: readonly Hook[]
  readonly #forwarding: Forwarding
  readonly #caller: WebhookCaller
  readonly #events: EventQueue | undefined
  readonly #eventTypes: ReadonlySet<EventType>

  /** Throws {@link WebhookSettingsError} and `WebhookSecretError`. */
  constructor({ webhooks }: Configuration, { logger, hasTokens }: WebhookParts) {
    const { connect, refresh, subscribe, subRefresh, publish, rpc, events } = webhooks
    const urls = { connect, refresh, subscribe, sub_refresh: subRefresh, publish, rpc, events }
    this.#hooks = Object.entries(urls).flatMap(([name, url]) => (url === undefined ? [] : [{ name, url }]))
    if (this.#hooks.length > 0 && webhooks.secrets.length === 0) {
      throw new WebhookSettingsError(
        'Webhooks are signed: make a secret with "longwire webhook secret" and give it as LONGWIRE_WEBHOOKS_SECRETS, here and to the back end.',
      )
    }
    this.#forwarding = new Forwarding(webhooks.headers)
    this.#eventTypes = new Set(events === undefined ? [] : webhooks.eventTypes)
    this.#caller = new WebhookCaller({
      ...webhooks,
      signer: new WebhookSigner(webhooks.secrets),
      counts: this.counts,
    })
    const failed = (error: WebhookError, hook: string): void =>
      logger.warn({ hook, code: error.code, detail: error.message }, 'a webhook failed')
    if (events !== undefined) {
      this.#events = new EventQueue({
        hook: { name: 'events', url: events },
        call: (...call) => this.#caller.call(...call),
        limit: webhooks.queuedEvents,
        counts: this.counts,
        backoff: new Backoff(deliveryPauses),
        failed: (error) => failed(error, 'events'),
      })
    }
    this.handlers = webhookHandlers({
      urls,
      hasTokens,
      allowWhenDown: new Set(webhooks.allowWhenDown),
      caller: this.#caller,
      forwarding: this.#forwarding,
      failed,
    })
  }

  /** Numbers of now, for metrics. */
  get state(): { underWay: number; waiting: number; queuedEvents: number; paused: readonly string[] } {
    const paused = this.#hooks.filter((hook) => this.#caller.isPaused(hook)).map(({ name }) => name)
    return { ...this.#caller.load, queuedEvents: this.#events?.size ?? 0, paused }
  }

  /** All handlers of the server, with what webhooks hear of them. */
  around(handlers: ChatHandlers): ChatHandlers {
    if (this.#hooks.length === 0) return handlers
    return composeHandlers(this.#forwarding.remember(handlers), this.#told())
  }

  /** Tells the back end what it has not heard yet, at most for `timeoutMs`. Returns how many events were dropped. */
  async close(timeoutMs: number): Promise<number> {
    const dropped = (await this.#events?.close(timeoutMs)) ?? 0
    this.#caller.close()
    return dropped
  }

  #told(): ChatHandlers {
    const tell = (type: EventType, { client, user, transport }: Client, more: object = {}): void => {
      if (this.#eventTypes.has(type)) this.#events!.add({ type, client, user, transport, ...more })
    }
    return {
      onConnected: (client) => tell('connected', client),
      onDisconnect: (client, { code, reason }) => tell('disconnected', client, { code, reason }),
      onSubscribed: (client, { channel }) => tell('subscribed', client, { channel }),
      onUnsubscribe: (client, { channel, code }) => tell('unsubscribed', client, { channel, code }),
    }
  }
}
