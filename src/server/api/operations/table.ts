/** All operations that have a path of their own and a place in a batch. */
import type { Operation } from '../operation.ts'
import { disconnect, refresh, subscribe, unsubscribe } from './clients.ts'
import { ban, kick, lift, mute, sanctions } from './moderation.ts'
import { broadcast, history, historyRemove, publish, search } from './publications.ts'
import { channels, info, presence, presenceStats } from './rooms.ts'

export const operations: readonly Operation[] = [
  publish,
  broadcast,
  subscribe,
  unsubscribe,
  disconnect,
  refresh,
  presence,
  presenceStats,
  history,
  historyRemove,
  channels,
  info,
  search,
  mute,
  ban,
  kick,
  lift,
  sanctions,
]
