/** Socket.IO, over WebSocket from the start. */
import { fileURLToPath } from 'node:url'
import { pinnedNode } from '../../../scripts/paths.mjs'
import { installedVersion } from '../../installed-package.ts'
import { listeningAddress, type Peer } from '../peer.ts'

export const socketIo: Peer = {
  name: 'socket.io',
  about: 'Socket.IO with its default settings, broadcasting to a room',
  dialect: 'socket.io',
  path: '/socket.io/?EIO=4&transport=websocket',

  prepare() {
    const program = fileURLToPath(new URL('../servers/socket-io.ts', import.meta.url))
    return {
      command: { program: pinnedNode, args: [program] },
      version: `socket.io ${installedVersion('socket.io')}`,
    }
  },

  addressIn: listeningAddress,
}
