/** The way back to the chat, the name of the page, and what can be set on it. */
import type { ComponentChildren } from 'preact'
import { Icon } from '../view/Icon.tsx'
import { ThemeButton } from '../view/ThemeButton.tsx'

export function ConsoleHeader({ children }: { children?: ComponentChildren }) {
  return (
    <header class="console-header">
      <a class="button quiet" href="/" aria-label="Back to the chat">
        <Icon name="back" />
        Chat
      </a>
      <h1>
        <span class="hash" aria-hidden="true">
          &gt;
        </span>{' '}
        Redis console
      </h1>
      <ThemeButton />
      {children}
    </header>
  )
}
