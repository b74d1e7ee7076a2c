/** The clients whose recovery is measured, by the names that the bench `redis` gives them. */
import { contenders } from '../redis/contenders.ts'

export const clientNames = [
  'longwire',
  'ioredis',
  'node-redis',
] as const satisfies readonly (keyof typeof contenders)[]

export type ClientName = (typeof clientNames)[number]

/** Its version and its settings. */
export function describeClient(name: ClientName): string {
  const { about, prepare } = contenders[name]
  return `${name} (${prepare().version}): ${about}`
}
