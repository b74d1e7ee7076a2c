/**
 * Lets people in by their tokens, as handlers of rooms: who connects with a connection token is whom it names; a
 * subscription token opens its channel.
 */
import { Disconnect } from '../dialects/centrifuge/disconnects.ts'
import { CommandError, commandErrors } from '../dialects/centrifuge/errors.ts'
import type { ChatHandlers, Client, ConnectAnswer, Expiry, SubscribeAnswer } from '../handlers.ts'
import type { SubscriptionToken } from './claims.ts'
import { TokenError } from './token-error.ts'
import type { TokenVerifier } from './verifier.ts'

export interface TokenHandlersOptions {
  readonly verifier: TokenVerifier
  /** Whoever brings no token is let in, and nobody in particular. Default: they are not. */
  readonly anonymous?: boolean | undefined
}

/** @example new ChatServer({ handlers: composeHandlers(tokenHandlers({ verifier }), myHandlers) }) */
export function tokenHandlers({ verifier, anonymous = false }: TokenHandlersOptions): ChatHandlers {
  return {
    onConnect: ({ token }) => {
      if (token !== '') return connectionOf(verifier, token)
      if (anonymous) return undefined
      throw new CommandError('unauthorized')
    },
    onRefresh: async (client, { token }): Promise<Expiry> => {
      const { user, expiresAt } = await verifier.connection(token).catch((error) => {
        throw refusedWith(error, new Disconnect('invalid-token', sentenceOf(error)), tryAgain)
      })
      if (user !== client.user) {
        throw new Disconnect('invalid-token', 'The new token is for somebody else.')
      }
      return { expiresAt }
    },
    onSubscribe: (client, { channel, token }) =>
      token === '' ? undefined : subscriptionOf(verifier, client, channel, token),
    onSubRefresh: async (client, { channel, token }): Promise<Expiry> => {
      const { expiresAt } = await subscriptionOf(verifier, client, channel, token, tryAgain)
      return { expiresAt }
    },
  }
}

const expired = new CommandError('token-expired')
/** Within what is left of the grace a client gets another token, instead of giving up. */
const tryAgain = new CommandError({ ...commandErrors['token-expired'], temporary: true })

async function connectionOf(verifier: TokenVerifier, token: string): Promise<ConnectAnswer> {
  try {
    return await verifier.connection(token)
  } catch (error) {
    throw refusedWith(error, new Disconnect('invalid-token', sentenceOf(error)), expired)
  }
}

async function subscriptionOf(
  verifier: TokenVerifier,
  client: Client,
  channel: string,
  token: string,
  whenExpired: CommandError = expired,
): Promise<SubscribeAnswer> {
  const denied = new CommandError('permission-denied')
  let read: SubscriptionToken
  try {
    read = await verifier.subscription(token)
  } catch (error) {
    throw refusedWith(error, denied, whenExpired)
  }
  const isForThem = read.user === client.user && (read.client === '' || read.client === client.client)
  if (!isForThem || read.channel !== channel) throw denied
  return read.answer
}

/** What failed on our side stays what it is: the client comes back. */
function refusedWith(error: unknown, invalid: Error, whenExpired: Error): unknown {
  if (!(error instanceof TokenError)) return error
  return error.isExpired ? whenExpired : invalid
}

function sentenceOf(error: unknown): string | undefined {
  return error instanceof TokenError ? error.message : undefined
}
