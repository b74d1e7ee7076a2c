/**
 * A call at the node that a slot is moving to: each of its commands is led by ASKING (a transaction by one), in
 * the same write. Its replies are the original's, so that what else may go wrong is followed up as usual.
 */
import { Call, type Command } from '../call.ts'
import { blockingTimeMs, nameOf, traitsOf } from '../commands/traits.ts'
import { CommandTimeoutError } from '../errors.ts'
import type { Reply } from '../resp/reply.ts'
import { commandsOf } from './route.ts'

const ASKING: Command = ['ASKING']

export interface Asking {
  readonly call: Call
  readonly isBlocking: boolean
}

/** `failed` hears what came of it where no replies came; the original call is not settled then. */
export function askingFor(
  original: Call,
  commandTimeoutMs: number,
  failed: (error: unknown) => void,
): Asking {
  const commands = commandsOf(original)
  const isPipeline = !original.isAtomic && commands.length > 1
  const following = isPipeline ? commands.flatMap((command) => [ASKING, command]).slice(1) : commands
  const isOurs = (index: number): boolean => (isPipeline ? index % 2 === 0 : index === 0)
  const resolve = (replies: Reply): void => {
    ;(replies as Reply[]).forEach((reply, index) => {
      if (!isOurs(index)) original.answer(reply)
    })
  }
  const reject = (error: unknown): void =>
    failed(
      error instanceof CommandTimeoutError
        ? new CommandTimeoutError(nameOf(original.command), error.timeoutMs, error.sent ?? 'maybe')
        : error,
    )
  const call = new Call(ASKING, original.options, { resolve, reject }, following, true)
  const traits = original.following === undefined ? traitsOf(original.command) : undefined
  const blockingMs = traits === undefined ? 0 : blockingTimeMs(original.command, traits)
  if (blockingMs > 0) {
    const isEndless = blockingMs === Number.POSITIVE_INFINITY || commandTimeoutMs === 0
    call.limitMs ??= isEndless ? 0 : blockingMs + commandTimeoutMs
  }
  return { call, isBlocking: blockingMs > 0 }
}
