/** The limit server's loop in JavaScript: what is lost to Node itself, before a chat server does anything. */
import { fileURLToPath } from 'node:url'
import { pinnedNode } from '../../../scripts/paths.mjs'
import { listeningAddress, type Peer } from '../peer.ts'

export const nodeLimit: Peer = {
  name: 'node-limit',
  about:
    'bare loop over socket.write, one write per member per turn; no names, rooms, limits, heartbeats or logs',
  dialect: 'plain',
  path: '/',

  prepare() {
    const program = fileURLToPath(new URL('../servers/node-limit.ts', import.meta.url))
    return { command: { program: pinnedNode, args: [program] }, version: `Node ${process.versions.node}` }
  },

  addressIn: listeningAddress,
}
