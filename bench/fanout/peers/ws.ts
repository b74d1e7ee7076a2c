/** The `ws` package with a `send` for each member and message. */
import { fileURLToPath } from 'node:url'
import { pinnedNode } from '../../../scripts/paths.mjs'
import { installedVersion } from '../../installed-package.ts'
import { listeningAddress, type Peer } from '../peer.ts'

export const ws: Peer = {
  name: 'ws',
  about: 'naive broadcast with the ws package: one send per member and message',
  dialect: 'plain',
  path: '/',

  prepare() {
    const program = fileURLToPath(new URL('../servers/ws.ts', import.meta.url))
    return { command: { program: pinnedNode, args: [program] }, version: `ws ${installedVersion('ws')}` }
  },

  addressIn: listeningAddress,
}
