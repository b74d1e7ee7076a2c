/**
 * Holds one value, changes it by actions, and tells who listens.
 *
 * Listeners are told through `schedule`, once for all actions that came until then: a thousand messages between
 * two frames of the screen are drawn once.
 */
export interface Store<State, Action> {
  get(): State
  dispatch(action: Action): void
  /** Calls `listener` after changes. Returns the function that ends it. */
  subscribe(listener: () => void): () => void
}

export function createStore<State, Action>(
  initial: State,
  reduce: (state: State, action: Action) => State,
  schedule: (tell: () => void) => void,
): Store<State, Action> {
  let state = initial
  let isScheduled = false
  const listeners = new Set<() => void>()

  function tell() {
    isScheduled = false
    for (const listener of [...listeners]) listener()
  }

  return {
    get: () => state,
    dispatch(action) {
      const next = reduce(state, action)
      if (next === state) return
      state = next
      if (isScheduled) return
      isScheduled = true
      schedule(tell)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
