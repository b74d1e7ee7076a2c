/** What each command does: one row each. A result, or a promise of one, is the reply; what is thrown, the error. */
import type { CommandName, Parameters } from '../protocol.ts'
import type { CentrifugeSession } from '../session.ts'
import { connect } from './connect.ts'
import { history } from './history.ts'
import { ping, rpc, send } from './messages.ts'
import { presence, presenceStats } from './presence.ts'
import { publish } from './publish.ts'
import { refresh, subRefresh } from './refresh.ts'
import { subscribe, unsubscribe } from './subscribe.ts'

/** `data`: JSON, those of a publication as the client wrote them. */
export type Run = (session: CentrifugeSession, parameters: Parameters, data: string | undefined) => unknown

export const commands: Readonly<Record<CommandName, Run>> = {
  connect,
  subscribe,
  unsubscribe,
  publish,
  presence,
  presence_stats: presenceStats,
  history,
  ping,
  send,
  rpc,
  refresh,
  sub_refresh: subRefresh,
}

/** These get no reply, whatever id they came with. */
export const unanswered: ReadonlySet<CommandName> = new Set<CommandName>(['send'])

/** These need not have finished when the next command is handled. */
export const concurrent: ReadonlySet<CommandName> = new Set<CommandName>(['publish', 'send', 'rpc'])
