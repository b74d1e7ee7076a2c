/** A dialog before the page. The browser keeps the focus in it, closes it with Esc and gives the focus back. */
import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { Icon } from './Icon.tsx'

interface DialogProps {
  title: string
  /** `drawer-start` and `drawer-end` come in from a side of the page. */
  shape?: 'card' | 'drawer-start' | 'drawer-end'
  onClose: () => void
  children: ComponentChildren
}

export function Dialog({ title, shape = 'card', onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const isUp = useRef(true)
  // At once, and not after the next frame: who opens a dialog by a key, or closes it, types on without a pause.
  useLayoutEffect(() => {
    const element = dialog.current
    const focusedBefore = document.activeElement
    element?.showModal()
    element?.querySelector<HTMLElement>('[data-focus-first]')?.focus()
    return () => {
      isUp.current = false
      // What is only taken away, open as it is, leaves the rest of the page inert for a while.
      element?.close()
      queueMicrotask(() => giveBackFocus(focusedBefore))
    }
  }, [])

  return (
    // The backdrop is the dialog's own: a click on it, and on nothing within, is a click beside the dialog.
    <dialog
      ref={dialog}
      class={`dialog ${shape}`}
      aria-labelledby="dialog-title"
      // Told late, it may come when another dialog is open already.
      onClose={() => isUp.current && onClose()}
      onClick={(event) => event.target === event.currentTarget && onClose()}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <div class="dialog-body">
        <header class="dialog-head">
          <h2 id="dialog-title">{title}</h2>
          <button type="button" class="icon-button" aria-label="Close" onClick={onClose}>
            <Icon name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  )
}

/**
 * The browser gives the focus back by itself, but without the caret (seen in Chromium 156): a message box would
 * look focused and take no letter. Losing it and getting it anew brings the caret too.
 */
function giveBackFocus(element: Element | null): void {
  if (!(element instanceof HTMLElement) || !element.isConnected) return
  element.blur()
  element.focus()
}
