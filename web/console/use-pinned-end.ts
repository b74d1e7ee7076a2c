/** Keeps the end of what scrolls in view where it was, when the place for it gets smaller: a hint, a keyboard on the screen. */
import type { RefObject } from 'preact'
import { useEffect } from 'preact/hooks'

/** Fractions of a pixel are no distance. */
const nearPx = 2

export function usePinnedEnd(scrolling: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = scrolling.current
    if (element === null) return
    let isAtEnd = true
    const look = (): void => {
      isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < nearPx
    }
    const observer = new ResizeObserver(() => {
      if (isAtEnd) element.scrollTop = element.scrollHeight
    })
    element.addEventListener('scroll', look)
    observer.observe(element)
    return () => {
      element.removeEventListener('scroll', look)
      observer.disconnect()
    }
  }, [scrolling])
}
