/** Where a node sends us: `MOVED slot host:port` for good, `ASK slot host:port` for this one command. */
import type { ReplyError } from '../errors.ts'

export interface Redirection {
  readonly kind: 'MOVED' | 'ASK'
  readonly slot: number
  /** Undefined: the node that answered leaves it open, it is the host that was asked. */
  readonly host: string | undefined
  readonly port: number
}

/** Undefined: the error is another one. */
export function readRedirection(refusal: ReplyError): Redirection | undefined {
  const { kind } = refusal
  if (kind !== 'MOVED' && kind !== 'ASK') return undefined
  const found = /^\w+ (\d+) (.*):(\d+)$/.exec(refusal.message)
  if (found === null) return undefined
  const [, slot, host, port] = found
  return {
    kind,
    slot: Number(slot),
    host: host === '' || host === '?' ? undefined : host,
    port: Number(port),
  }
}
