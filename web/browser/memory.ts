/** Where the page keeps what it must remember: the browser's storage, or nowhere where that is not allowed. */
export interface Memory {
  read(key: string): string | undefined
  /** `undefined` forgets. */
  write(key: string, value: string | undefined): void
}

/** What we use of `localStorage` and `sessionStorage`. */
export interface KeyValueStorage {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

/** @param open gives the storage; it may throw, as browsers do where a person has forbidden it */
export function memoryIn(open: () => KeyValueStorage): Memory {
  return {
    read(key) {
      try {
        return open().getItem(`longwire.${key}`) ?? undefined
      } catch {
        // Storage is forbidden or broken: the page works as on a first visit.
        return undefined
      }
    },
    write(key, value) {
      try {
        if (value === undefined) open().removeItem(`longwire.${key}`)
        else open().setItem(`longwire.${key}`, value)
      } catch {
        // Forbidden or full: nothing is remembered, which breaks nothing.
      }
    },
  }
}
