/** All that the Redis bench measures, in the order of its table. */
import { installedVersion } from '../installed-package.ts'
import type { Contender } from './contender.ts'
import { go } from './contenders/go.ts'
import { limit } from './contenders/limit.ts'
import { nodeLibrary } from './contenders/node-library.ts'

const ioredisVersion = () => installedVersion('ioredis')
const nodeRedisVersion = () => installedVersion('redis')

export const contenders = {
  limit,
  longwire: nodeLibrary(
    'longwire',
    '`createPool(url)` with its defaults: up to 10 connections, shared; another is opened only when one has 1,024 commands in flight',
    () => 'this source',
  ),
  ioredis: nodeLibrary('ioredis', '`new Redis(port, host)`', ioredisVersion),
  'ioredis-auto': nodeLibrary(
    'ioredis-auto',
    '`new Redis(port, host, { enableAutoPipelining: true })`',
    ioredisVersion,
  ),
  'node-redis': nodeLibrary('node-redis', '`createClient({ url })`', nodeRedisVersion),
  'node-redis-pool': nodeLibrary(
    'node-redis-pool',
    '`createClientPool({ url }, { maximum: 10 })`',
    nodeRedisVersion,
  ),
  'go-pool': go,
} as const satisfies Record<string, Contender>

export type ContenderName = keyof typeof contenders

export const contenderNames = Object.keys(contenders) as ContenderName[]
