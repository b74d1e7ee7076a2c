/** Which calls may run on a connection that others share, and which may be carried out twice. */
import type { Call } from './call.ts'
import { blockingTimeMs, type CommandTraits, traitsOf } from './commands/traits.ts'
import { NotSharedError } from './errors.ts'

/** Why a call can't run on a shared connection; undefined: it can. `traits` are those of its first command. */
export function refusalToShare(call: Call, traits: CommandTraits | undefined): NotSharedError | undefined {
  if (call.following === undefined) return traits === undefined ? undefined : refusalOf(traits)
  // A transaction's own MULTI and EXEC are what makes it safe to share.
  const commands = call.isAtomic ? call.following.slice(0, -1) : [call.command, ...call.following]
  for (const command of commands) {
    const one = traitsOf(command)
    if (one === undefined || !one.needsCare) continue
    const refusal = refusalOf(one)
    if (refusal !== undefined) return refusal
    if (!call.isAtomic && blockingTimeMs(command, one) > 0) return new NotSharedError(one.name)
  }
  return undefined
}

function refusalOf(traits: CommandTraits): NotSharedError | undefined {
  return traits.takesConnection === undefined
    ? undefined
    : new NotSharedError(traits.name, traits.takesConnection)
}

/** Whether carrying the call out twice does no harm: all of it only reads, or the caller says so. */
export function isRepeatable(call: Call): boolean {
  if (call.options.idempotent) return true
  if (traitsOf(call.command)?.isRepeatable !== true) return false
  return (
    call.following === undefined ||
    call.following.every((command) => traitsOf(command)?.isRepeatable === true)
  )
}
