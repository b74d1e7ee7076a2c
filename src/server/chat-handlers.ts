/** Who has a say about this server's clients, in the order in which they are asked. */
import { composeHandlers } from '../chat/compose-handlers.ts'
import type { ChatHandlers } from '../chat/handlers.ts'

/**
 * The first answer decides (`ChatHandlers` states the rule): whoever may overrule others stands before them. Who must
 * see what the others answered, as an order of a moderator against a user does, wraps the whole set instead.
 */
export function chatHandlers(...parties: readonly ChatHandlers[]): ChatHandlers {
  return composeHandlers(...parties)
}
