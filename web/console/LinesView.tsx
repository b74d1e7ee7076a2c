/** Text of several lines: each on a line of its own, folded as lists are, and copied as it is. */
import { CopyButton } from '../view/CopyButton.tsx'
import { partsOf, type TextLines } from './text-lines.ts'

interface LinesViewProps {
  /** Of all of it. */
  whole: TextLines
  text: string
  /** Those that are shown. */
  lines: readonly string[]
}

const endings = { '\n': String.raw`\n`, '\r\n': String.raw`\r\n` }

export function LinesView({ whole, text, lines }: LinesViewProps) {
  const { ending, isLastEnded } = whole
  return (
    <details class="reply-branch" open>
      <summary>
        text, {whole.lines.length} lines, {isLastEnded ? 'each ended by' : 'parted by'}{' '}
        <code>{endings[ending]}</code>
      </summary>
      <pre class="reply-lines">
        {lines.map((line) => (
          <span class="reply-line">
            {partsOf(line).map((part) =>
              part.isEscape ? <span class="reply-escape">{part.text}</span> : part.text,
            )}
            {'\n'}
          </span>
        ))}
      </pre>
      <CopyButton text={text} />
    </details>
  )
}
