/** The console: open where the server answers commands, else the reason why it does not. */
import { useEffect, useState } from 'preact/hooks'
import { type ConsoleState, consoleState } from '../browser/console-state.ts'
import { ClosedConsole } from './ClosedConsole.tsx'
import { ConsoleHeader } from './ConsoleHeader.tsx'
import { OpenConsole } from './OpenConsole.tsx'

export function ConsolePage() {
  const [state, setState] = useState<ConsoleState>()
  // Where nothing is said, each command finds out what is wrong.
  useEffect(() => void consoleState().then((found) => setState(found ?? { isOpen: true })), [])
  if (state?.isOpen === true) return <OpenConsole />
  return (
    <div class="console">
      <ConsoleHeader />
      {state !== undefined && <ClosedConsole message={state.message ?? 'The server does not say why.'} />}
    </div>
  )
}
