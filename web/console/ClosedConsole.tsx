/** What stands instead of replies and field where no command would be answered. */
import { QuietWire } from '../view/QuietWire.tsx'

export function ClosedConsole({ message }: { message: string }) {
  return (
    <main class="console-main">
      <div class="empty">
        <QuietWire />
        <h2>The console is closed</h2>
        <p role="status">{message}</p>
      </div>
    </main>
  )
}
