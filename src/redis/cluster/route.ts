/** The hash slot of a command, or of several that stay together. */
import { Buffer } from 'node:buffer'
import type { Call, Command } from '../call.ts'
import { keysOf } from '../commands/keys.ts'
import { nameOf, traitsOf } from '../commands/traits.ts'
import { CrossSlotError } from '../errors.ts'
import type { Argument } from '../resp/encoder.ts'
import { slotOf } from '../slot.ts'

/** All commands of a call in their order. */
export function commandsOf(call: Call): readonly Command[] {
  return call.following === undefined ? [call.command] : [call.command, ...call.following]
}

/**
 * The slot that the keys of all these commands are in; undefined: they name no key, so any node will do. Of a
 * command that the table does not know (a module's) the first argument counts as its key.
 *
 * Throws {@link CrossSlotError}.
 */
export function slotOfCommands(commands: readonly Command[]): number | undefined {
  let slot: number | undefined
  let first = ''
  for (const command of commands) {
    const traits = traitsOf(command)
    const keys = traits === undefined ? command.slice(1, 2) : keysOf(command, traits)
    for (const key of keys) {
      const found = slotOf(key instanceof Uint8Array ? key : String(key))
      if (slot === undefined) {
        slot = found
        first = textOf(key)
      } else if (slot !== found) {
        const what = commands.length > 1 ? 'A transaction' : nameOf(command)
        throw new CrossSlotError(what, [first, textOf(key)], [slot, found])
      }
    }
  }
  return slot
}

/** Whether replicas may answer all of it. */
export function isReadOnly(call: Call): boolean {
  if (call.isAtomic) return false
  return commandsOf(call).every((command) => traitsOf(command)?.isReadOnly === true)
}

function textOf(key: Argument): string {
  return key instanceof Uint8Array ? Buffer.from(key).toString() : String(key)
}
