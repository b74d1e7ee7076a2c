/** The gateway that takes twenty lines. */
import { fileURLToPath } from 'node:url'
import { pinnedNode } from '../../../scripts/paths.mjs'
import { installedVersion } from '../../installed-package.ts'
import type { Peer } from '../peer.ts'

export const ioredis: Peer = {
  name: 'ioredis',
  about:
    'node:http and one ioredis client with its defaults; no formats, ETags, limits, access rules or metrics',
  prefix: '',

  prepare() {
    const program = fileURLToPath(new URL('../servers/ioredis.ts', import.meta.url))
    return {
      version: `ioredis ${installedVersion('ioredis')}`,

      commandFor: ({ http, redis }) => ({
        program: pinnedNode,
        args: [program, '--port', String(http), '--redis', String(redis)],
      }),

      isReady: (line) => line === 'ready',
    }
  },
}
