/** Longwire as it is started by anyone, with what would end or slow a bench from one address switched off. */
import { longwireAddress, longwireCommand, prepareLongwire } from '../../longwire.ts'
import type { Peer } from '../peer.ts'

const flags = ['--store', 'memory']

export const longwire: Peer = {
  name: 'longwire',
  about:
    'this project, with all its guarantees; message rate, connections and handshakes per second not limited ' +
    `(${longwireCommand(flags).args.slice(1).join(' ')})`,
  dialect: 'plain',
  path: '/ws?room=bench',

  prepare: () => ({ command: longwireCommand(flags), version: prepareLongwire() }),

  addressIn: longwireAddress,
}
