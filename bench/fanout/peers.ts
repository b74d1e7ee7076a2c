/** All servers of the fan-out bench, in the order of its table. */
import type { Peer } from './peer.ts'
import { go } from './peers/go.ts'
import { limit } from './peers/limit.ts'
import { longwire } from './peers/longwire.ts'
import { longwireCentrifuge } from './peers/longwire-centrifuge.ts'
import { nodeLimit } from './peers/node-limit.ts'
import { socketIo } from './peers/socket-io.ts'
import { ws } from './peers/ws.ts'

export const peers = {
  limit,
  'node-limit': nodeLimit,
  longwire,
  'longwire-centrifuge': longwireCentrifuge,
  go,
  ws,
  'socket.io': socketIo,
} as const satisfies Record<string, Peer>

export type PeerName = keyof typeof peers

export const peerNames = Object.keys(peers) as PeerName[]
