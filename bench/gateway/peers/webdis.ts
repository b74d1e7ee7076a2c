/** Webdis, the C program that brought commands into URLs. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from '../../cache.ts'
import { debianVersion } from '../../debian-package.ts'
import type { Peer } from '../peer.ts'

export const webdis: Peer = {
  name: 'webdis',
  about:
    'Webdis as Debian has it, with one thread, the two connections to Redis that a thread has by default, and no line for requests in its log',
  prefix: '',

  prepare() {
    return {
      version: debianVersion('webdis'),

      commandFor({ http, redis }) {
        const file = join(cacheFolder(), 'webdis.json')
        writeFileSync(file, JSON.stringify(configuration(http, redis), null, 2))
        return { program: 'webdis', args: [file] }
      },

      isReady: (line) => line.includes('up and running'),
    }
  },
}

function configuration(http: number, redis: number): object {
  return {
    redis_host: '127.0.0.1',
    redis_port: redis,
    redis_auth: null,
    http_host: '127.0.0.1',
    http_port: http,
    threads: 1,
    daemonize: false,
    database: 0,
    acl: [{ disabled: ['DEBUG'] }],
    // Up to what happens at its start; a line for each request would come with 4.
    verbosity: 3,
    logfile: '/dev/stderr',
  }
}
