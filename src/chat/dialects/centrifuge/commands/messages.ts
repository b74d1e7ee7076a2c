/** Commands that are between the client and the application alone: ping, send, rpc. */
import { Disconnect } from '../disconnects.ts'
import { CommandError } from '../errors.ts'
import { textField } from '../fields.ts'
import type { Parameters } from '../protocol.ts'
import type { CentrifugeSession } from '../session.ts'

export function ping(): object {
  return {}
}

/** A message without a reply; without a handler nobody listens. */
export async function send(session: CentrifugeSession, { data }: Parameters): Promise<void> {
  if (!session.mayAct()) throw new Disconnect('too-many-requests')
  await session.services.handlers.onMessage?.(session, data)
}

export async function rpc(session: CentrifugeSession, parameters: Parameters): Promise<object> {
  const { onRpc } = session.services.handlers
  const method = textField(parameters, 'method')
  if (onRpc === undefined) throw new CommandError('method-not-found')
  if (!session.mayAct()) throw new CommandError('too-many-requests')
  const data = await onRpc(session, { method, data: parameters.data })
  if (data === undefined) throw new CommandError('method-not-found')
  return { data }
}
