/** Which key does what, wherever on the page the focus is. */
export type Shortcut = 'switcher' | 'help' | 'next-room' | 'previous-room' | 'write'

/** What a key press means to the page; `undefined`: nothing, it belongs to whatever has the focus. */
export function pageShortcut(event: KeyboardEvent): Shortcut | undefined {
  const { key, altKey, ctrlKey, metaKey, target } = event
  if ((ctrlKey || metaKey) && key.toLowerCase() === 'k') return 'switcher'
  if ((ctrlKey || metaKey) && key === '/') return 'help'
  if (altKey && key === 'ArrowDown') return 'next-room'
  if (altKey && key === 'ArrowUp') return 'previous-room'
  if (altKey || ctrlKey || metaKey || isWriting(target)) return undefined
  if (key === '?') return 'help'
  if (key === 'Escape' || key === '/') return 'write'
  return undefined
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement
}
