/** The way to the Redis console, where the server has one that answers. */
import { useEffect, useState } from 'preact/hooks'
import { consoleState } from '../browser/console-state.ts'

export function ConsoleLink() {
  const [isOpen, setOpen] = useState(false)
  useEffect(() => {
    let isWanted = true
    void consoleState().then((state) => isWanted && setOpen(state?.isOpen === true))
    return () => {
      isWanted = false
    }
  }, [])
  if (!isOpen) return null
  return (
    <a class="console-link" href="/console">
      <span class="hash" aria-hidden="true">
        &gt;
      </span>
      Redis console
    </a>
  )
}
