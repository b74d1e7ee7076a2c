/** One row of the log: a group of messages, or one of the quiet lines between. */
import { presenceParts } from '../state/presence.ts'
import type { Row } from '../state/rows.ts'
import type { Gap } from '../state/timeline.ts'
import { MessageGroup } from './MessageGroup.tsx'
import { moments } from './moments.ts'

export function LogRow({ row, now }: { row: Row; now: number }) {
  switch (row.kind) {
    case 'group':
      return <MessageGroup group={row} />
    case 'day':
      return (
        <h2 class="day">
          <span>{moments.day(row.time, now)}</span>
        </h2>
      )
    case 'presence':
      return (
        <p class="presence">
          {presenceParts(row).map((part, index) =>
            'name' in part ? <bdi key={index}>{part.name}</bdi> : part.words,
          )}
        </p>
      )
    case 'gap':
      return <p class="gap">{gapWords(row)}</p>
    case 'note':
      return (
        <div class={`note ${row.tone}`}>
          {row.lines.map((line, index) => (
            <p key={index} dir="auto">
              {line}
            </p>
          ))}
        </div>
      )
  }
}

function gapWords({ from, to, isMissing }: Gap): string {
  const [left, back] = [moments.clock(from), moments.clock(to)]
  const when =
    left === back ? `You were away for a moment at ${back}.` : `You were away from ${left} to ${back}.`
  return isMissing ? `${when} What was said meanwhile is not shown.` : when
}
