/** The least that a WebSocket broadcast costs on one core, in C. */
import { fileURLToPath } from 'node:url'
import { compileC } from '../../compile.ts'
import { listeningAddress, type Peer } from '../peer.ts'

export const limit: Peer = {
  name: 'limit',
  about: 'bare C on epoll, one write per member per wake-up; no names, rooms, limits, heartbeats or logs',
  dialect: 'plain',
  path: '/',

  prepare() {
    const source = fileURLToPath(new URL('../servers/limit/limit.c', import.meta.url))
    return { command: { program: compileC('fanout-limit', source), args: [] }, version: 'C' }
  },

  addressIn: listeningAddress,
}
