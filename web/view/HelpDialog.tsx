/** What the keys and the commands do. */
import { Dialog } from './Dialog.tsx'
import { commandKey } from './key-names.ts'

const keys: readonly (readonly [keys: readonly string[], does: string])[] = [
  [['Enter'], 'Send the message'],
  [['Shift', 'Enter'], 'Begin a new line'],
  [['↑'], 'Bring back what you wrote last'],
  [['Esc'], 'Go to the newest message, close what is open'],
  [['PageUp'], 'Read older messages'],
  [[commandKey, 'K'], 'Go to a room, or make one'],
  [['Alt', '↓'], 'The next room'],
  [['Alt', '↑'], 'The room before'],
  [[commandKey, '/'], 'This help; a question mark too, while the messages have the focus'],
]

const commands: readonly (readonly [command: string, does: string])[] = [
  ['/join ROOM', 'Go to a room'],
  ['/nick NAME', 'Change your name'],
  ['/who', 'List who is here'],
  ['/rooms', 'List the rooms'],
  ['//text', 'Say something that begins with a slash'],
]

export function HelpDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keys and commands" onClose={onClose}>
      <dl class="help">
        {keys.map(([names, does]) => (
          <div key={does}>
            <dt>
              {names.map((name) => (
                <kbd key={name}>{name}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <h3>Written as a message</h3>
      <dl class="help">
        {commands.map(([command, does]) => (
          <div key={command}>
            <dt>
              <code>{command}</code>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
