/** Longwire with rooms that keep what is said, and members that speak the Centrifuge dialect and follow their position. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from '../../cache.ts'
import { longwireAddress, longwireCommand, prepareLongwire } from '../../longwire.ts'
import type { Peer } from '../peer.ts'

export const longwireCentrifuge: Peer = {
  name: 'longwire-centrifuge',
  about:
    'this project with the same limits off, in the Centrifuge dialect with history on: each message is committed to ' +
    'SQLite (--data DIR: 1,000 messages a room, durability normal) before anybody is told, comes with its publisher and ' +
    'offset, and is acknowledged to its sender. The store’s threads share the server’s core',
  dialect: 'centrifuge',
  path: '/connection/websocket',

  prepare() {
    const folder = join(cacheFolder(), 'fanout-store')
    return {
      command: longwireCommand(['--data', folder]),
      version: prepareLongwire(),
      beforeStart: () => rmSync(folder, { recursive: true, force: true }),
    }
  },

  addressIn: longwireAddress,
}
