/** Whether the server answers commands for Redis on the console, which it says at an address of its own. */

export interface ConsoleState {
  readonly isOpen: boolean
  /** Where it is closed: why, and what would open it. */
  readonly message?: string
}

let answer: Promise<ConsoleState | undefined> | undefined

/** Asks once; what the server is started with does not change. `undefined`: it did not say. Never rejects. */
export function consoleState(): Promise<ConsoleState | undefined> {
  answer ??= ask().catch(() => {
    answer = undefined
    return undefined
  })
  return answer
}

async function ask(): Promise<ConsoleState | undefined> {
  const response = await fetch('/console.json')
  if (!response.ok) return undefined
  const state: ConsoleState = await response.json()
  return state
}
