import type { PresenceStats } from '../broker/broker.ts'
import type { ClientInfo } from './client-info.ts'

/** How many clients these are, and how many different users; each who is unknown is one. */
export function presenceStatsOf(present: readonly ClientInfo[]): PresenceStats {
  const users = new Set(present.map(({ user, client }) => JSON.stringify(user === '' ? [client] : user)))
  return { clients: present.length, users: users.size }
}
