/** All contenders of the publish bench, in the order of its table. */
import type { Contender } from './contender.ts'
import { longwire } from './contenders/longwire.ts'
import { redis } from './contenders/redis.ts'
import { sqlite } from './contenders/sqlite.ts'

const process = 'the end of the process, kill -9 too; a power cut may take the last moments'
const power = 'a power cut: it was synced to the disk before'

export const contenders = {
  'longwire-normal': longwire('normal', process),
  'redis-everysec': redis('everysec', `${process} (a second or two)`),
  'sqlite-normal': sqlite('NORMAL', process),
  'longwire-full': longwire('full', power),
  'redis-always': redis('always', power),
  'sqlite-full': sqlite('FULL', power),
} as const satisfies Record<string, Contender>

export type ContenderName = keyof typeof contenders

export const contenderNames = Object.keys(contenders) as ContenderName[]
