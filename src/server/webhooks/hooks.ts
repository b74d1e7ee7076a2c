/**
 * What the back end decides: handlers that ask it. The requests are those of Centrifugo's proxies.
 *
 * The rule for a back end that does not decide (it is down, slow, or answers garbage): the command is refused with the
 * temporary error 100, after which clients come back; or, where the configuration says so for a hook, the back end has
 * no opinion, and tokens and the room's options decide alone.
 */
import { CommandError } from '../../chat/dialects/centrifuge/errors.ts'
import type { ChatHandlers, Client, ConnectRequest, Expiry } from '../../chat/handlers.ts'
import {
  connectAnswerOf,
  expiryAnswerOf,
  publishAnswerOf,
  rpcAnswerOf,
  subscribeAnswerOf,
} from './answers.ts'
import type { Hook, WebhookCaller } from './caller.ts'
import { WebhookError } from './errors.ts'
import { type Forwarding, memoryOf } from './forwarding.ts'
import type { HookName } from './names.ts'

export interface HookOptions {
  /** Where each is decided; those without an address are decided here. */
  readonly urls: Readonly<Record<HookName, string | undefined>>
  /** Who connects or subscribes with a token is let in by that, and not by the back end. */
  readonly hasTokens: boolean
  /** Hooks for which a back end that does not decide has no opinion. */
  readonly allowWhenDown: ReadonlySet<HookName>
  readonly caller: WebhookCaller
  readonly forwarding: Forwarding
  /** Told of calls that failed, for the log. */
  readonly failed: (error: WebhookError, hook: HookName) => void
}

export function webhookHandlers(options: HookOptions): ChatHandlers {
  const { urls, forwarding, hasTokens } = options
  const isRefreshed = urls.refresh !== undefined
  const isSubRefreshed = urls.sub_refresh !== undefined
  const about = <Answer>(
    name: HookName,
    read: (answer: unknown) => Answer,
    allowed: () => Answer | undefined = noOpinion,
  ) => {
    const ask = asked(options, name, read, allowed)
    return (client: Client, more: object): Promise<Answer | undefined> =>
      ask({ ...clientFields(client), ...more }, memoryOf(client)?.headers)
  }
  const handlers: { -readonly [Name in keyof ChatHandlers]: ChatHandlers[Name] } = {}
  if (urls.connect !== undefined) {
    const ask = asked(options, 'connect', (answer) => connectAnswerOf(answer, isRefreshed), noOpinion)
    handlers.onConnect = (request) =>
      hasTokens && request.token !== ''
        ? undefined
        : ask(connectFields(request), forwarding.headersOf(request))
  }
  if (urls.subscribe !== undefined) {
    const ask = about('subscribe', (answer) => subscribeAnswerOf(answer, isSubRefreshed))
    handlers.onSubscribe = (client, { channel, token, data }) =>
      hasTokens && token !== ''
        ? undefined
        : ask(client, { channel, ...(token === '' ? {} : { token }), data })
  }
  if (urls.publish !== undefined) {
    const ask = about('publish', publishAnswerOf)
    handlers.onPublish = (client, { channel, data }) => ask(client, { channel, data })
  }
  if (urls.rpc !== undefined) {
    const ask = about('rpc', rpcAnswerOf)
    handlers.onRpc = (client, { method, data }) => ask(client, { method, data })
  }
  if (urls.refresh !== undefined) {
    const ask = about('refresh', expiryAnswerOf, aWhile)
    handlers.onExpire = (client) => ask(client, {})
  }
  if (urls.sub_refresh !== undefined) {
    const ask = about('sub_refresh', expiryAnswerOf, aWhile)
    handlers.onSubExpire = (client, { channel }) => ask(client, { channel })
  }
  return handlers
}

const noOpinion = (): undefined => undefined

/** Who cannot be asked about stays for now. */
const aWhile = (): Expiry => ({ expiresAt: Date.now() + 60_000 })

/** Asks the back end. One that does not decide leaves it at `allowed`, or the command is refused. */
function asked<Answer>(
  { urls, caller, allowWhenDown, failed }: HookOptions,
  name: HookName,
  read: (answer: unknown) => Answer,
  allowed: () => Answer | undefined,
): (body: object, headers?: Readonly<Record<string, string>>) => Promise<Answer | undefined> {
  const hook: Hook = { name, url: urls[name]! }
  return async (body, headers) => {
    try {
      return read(await caller.call(hook, body, headers))
    } catch (error) {
      // What the back end refuses is its answer.
      if (!(error instanceof WebhookError)) throw error
      failed(error, name)
      if (allowWhenDown.has(name)) return allowed()
      throw new CommandError('internal')
    }
  }
}

function connectFields({
  client,
  transport,
  protocol,
  token,
  data,
  name,
  version,
  remoteAddress,
}: ConnectRequest): object {
  return {
    ...wire(client, transport, protocol),
    remote_address: remoteAddress,
    ...(token === '' ? {} : { token }),
    ...(name === '' ? {} : { name }),
    ...(version === '' ? {} : { version }),
    data,
  }
}

function clientFields(client: Client): object {
  const { meta } = memoryOf(client) ?? {}
  return {
    ...wire(client.client, client.transport, client.protocol),
    user: client.user,
    ...(meta === undefined ? {} : { meta }),
  }
}

/** Data are JSON, whatever the client speaks. */
function wire(client: string, transport: string, protocol: Client['protocol'] = 'json'): object {
  return { client, transport, protocol, encoding: 'json' }
}
