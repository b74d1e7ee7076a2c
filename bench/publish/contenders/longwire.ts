/** Longwire as a server with a store, and clients of the Centrifuge dialect over WebSocket. */
import { join } from 'node:path'
import { pinned } from '../../cores.ts'
import { longwireAddress, longwireCommand, prepareLongwire } from '../../longwire.ts'
import { ServerProcess } from '../../server-process.ts'
import type { Contender } from '../contender.ts'
import { measurePublishers } from '../measurement.ts'

/** With one of the two kinds of `--durability`. */
export function longwire(durability: 'normal' | 'full', survives: string): Contender {
  return {
    about:
      `the server, --data DIR --durability ${durability}, the limits of rate and connections off; clients of the Centrifuge ` +
      'dialect over WebSocket, commands batched; kept are 1,000 a room, with publisher, time and offset, searchable; its rooms ' +
      'are asked in the end whether they have taken as many as were acknowledged',
    survives,
    prepare: prepareLongwire,

    async measure(task) {
      const command = longwireCommand(['--data', join(task.folder, 'data'), '--durability', durability])
      await using server = await ServerProcess.start(
        `publish-longwire-${durability}`,
        pinned(command, task.cores.server),
        longwireAddress,
      )
      return await measurePublishers('centrifuge', server, task)
    },
  }
}
