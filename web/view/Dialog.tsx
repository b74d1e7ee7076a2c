/** A dialog before the page. The browser keeps the focus in it, closes it with Esc and gives the focus back. */
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
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
  useEffect(() => {
    const element = dialog.current
    const focusedBefore = document.activeElement
    element?.showModal()
    element?.querySelector<HTMLElement>('[data-focus-first]')?.focus()
    return () => {
      isUp.current = false
      element?.close()
      if (focusedBefore instanceof HTMLElement && focusedBefore.isConnected) focusedBefore.focus()
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
