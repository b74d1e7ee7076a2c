/** All gateways of the bench, in the order of its table. Webdis is the first: the constant rates go by what it carries. */
import type { Peer } from './peer.ts'
import { ioredis } from './peers/ioredis.ts'
import { longwire, longwireMainPort } from './peers/longwire.ts'
import { nginx } from './peers/nginx.ts'
import { webdis } from './peers/webdis.ts'

export const peers = {
  webdis,
  longwire,
  'longwire-main': longwireMainPort,
  nginx,
  ioredis,
} as const satisfies Record<string, Peer>

export type PeerName = keyof typeof peers

export const peerNames = Object.keys(peers) as PeerName[]
