/** Which key does what, wherever on the page the focus is. */
export type Shortcut = 'switcher' | 'help' | 'next-room' | 'previous-room' | 'write'

/** What a key press means to the page; `undefined`: nothing, it belongs to whatever has the focus. */
export function pageShortcut(event: KeyboardEvent): Shortcut | undefined {
  const { key, altKey, ctrlKey, metaKey, target } = event
  if ((ctrlKey || metaKey) && key.toLowerCase() === 'k') return 'switcher'
  if ((ctrlKey || metaKey) && key === '/') return 'help'
  if (altKey && key === 'ArrowDown') return 'next-room'
  if (altKey && key === 'ArrowUp') return 'previous-room'
  if (altKey || ctrlKey || metaKey) return undefined
  if (key === 'Escape') return isWriting(target) ? undefined : 'write'
  if (!isInLog(target)) return undefined
  if (key === '?') return 'help'
  return key === '/' ? 'write' : undefined
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement
}

/**
 * Single characters are shortcuts only where nothing is written, and where somebody who speaks to the computer
 * does not set them off by talking (WCAG 2.1.4).
 */
function isInLog(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[role=log]') !== null
}
