/**
 * What one sentinel says of a master: where it is, as of which configuration, and which other sentinels there
 * are. Source: https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/ and sentinel-clients.
 */
import type { Command } from '../call.ts'
import { ReplyError, UnavailableError } from '../errors.ts'
import { fieldsOf } from '../resp/fields.ts'
import type { Reply } from '../resp/reply.ts'
import type { Address } from '../url.ts'

export interface SentinelAnswer {
  readonly master: Address
  /** Grows with each failover, so the answer with the highest is the latest; 0: the sentinel does not tell. */
  readonly epoch: number
  readonly others: readonly Address[]
}

/** What a sentinel is asked. */
export function questions(name: string): Command[] {
  return [
    ['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name],
    ['SENTINEL', 'MASTER', name],
    ['SENTINEL', 'SENTINELS', name],
  ]
}

/** Reads the replies to {@link questions}. Throws where there is no master by this name. */
export function readAnswer(name: string, replies: readonly Reply[]): SentinelAnswer {
  const [address, master, others] = replies
  if (address instanceof ReplyError) throw address
  if (!Array.isArray(address)) throw new UnavailableError(`The sentinel knows no master ${name}.`)
  const epoch = Number(fieldsOf(master).get('config-epoch'))
  return {
    master: addressOf(address[0], address[1]),
    epoch: Number.isNaN(epoch) ? 0 : epoch,
    others: Array.isArray(others)
      ? others.map((one) => addressOf(fieldsOf(one).get('ip'), fieldsOf(one).get('port')))
      : [],
  }
}

function addressOf(host: Reply | undefined, port: Reply | undefined): Address {
  return { host: String(host), port: Number(port) }
}
