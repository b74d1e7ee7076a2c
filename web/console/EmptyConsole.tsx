/** What the console says before the first command: how to begin. */
import { QuietWire } from '../view/QuietWire.tsx'

/** Commands that change nothing, and show something on every server. */
const beginnings = ['PING', 'INFO keyspace', 'SCAN 0']

export function EmptyConsole({ onSend }: { onSend: (line: string) => void }) {
  return (
    <div class="empty">
      <QuietWire />
      <h2>Nothing sent yet</h2>
      <p>Type a command as you would in redis-cli, or begin with one of these.</p>
      <div class="beginnings">
        {beginnings.map((line) => (
          <button key={line} type="button" class="button" onClick={() => onSend(line)}>
            <code>{line}</code>
          </button>
        ))}
      </div>
    </div>
  )
}
