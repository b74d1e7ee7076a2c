/** A reply as a tree that can be folded: what it is stands beside what it says. */
import type { ComponentChildren } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import { LinesView } from './LinesView.tsx'
import { type Reply, textOf } from './resp.ts'
import { showBytes, textIn } from './shown-bytes.ts'
import { linesOf } from './text-lines.ts'

/** Items shown at once, and again with each press of the button. */
const step = 100
/** More bytes of one string are shown when asked for. */
const shortBytes = 16_384
/** Lists further inside are folded at first. */
const openLevels = 2

export function ReplyTree({ reply, level = 0 }: { reply: Reply; level?: number }) {
  switch (reply.kind) {
    case 'string':
      return <Text bytes={reply.bytes} />
    case 'null':
      return <Leaf kind="null" text="(nil)" />
    case 'status':
    case 'integer':
    case 'error':
      return <Leaf kind={reply.kind} text={reply.text} />
    case 'array':
      return (
        <Branch words={counted(reply.items.length, 'array', 'item')} size={reply.items.length} level={level}>
          {(shown) =>
            reply.items.slice(0, shown).map((item, index) => (
              <li>
                <span class="reply-index">{index + 1})</span>
                <ReplyTree reply={item} level={level + 1} />
              </li>
            ))
          }
        </Branch>
      )
    case 'map':
      return (
        <Branch words={counted(reply.pairs.length, 'map', 'field')} size={reply.pairs.length} level={level}>
          {(shown) =>
            reply.pairs.slice(0, shown).map(([name, value]) => (
              <li>
                <span class="reply-name">{nameOf(name)}</span>
                <ReplyTree reply={value} level={level + 1} />
              </li>
            ))
          }
        </Branch>
      )
  }
}

interface BranchProps {
  words: string
  size: number
  level: number
  children: (shown: number) => ComponentChildren
}

function Branch({ words, size, level, children }: BranchProps) {
  const [isOpen, setOpen] = useState(level < openLevels)
  const [shown, setShown] = useState(step)
  if (size === 0) return <Leaf kind="empty" text={`(${words})`} />
  return (
    <details class="reply-branch" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words}</summary>
      {isOpen && <ul>{children(shown)}</ul>}
      {isOpen && shown < size && (
        <button type="button" class="button" onClick={() => setShown(shown + step)}>
          Show {Math.min(step, size - shown)} more of {size}
        </button>
      )}
    </details>
  )
}

function Text({ bytes }: { bytes: Uint8Array }) {
  const [isWhole, setWhole] = useState(bytes.length <= shortBytes)
  const shown = isWhole ? bytes : wholeCharacters(bytes.subarray(0, shortBytes))
  const text = useMemo(() => textIn(bytes), [bytes])
  const lines = useMemo(() => linesOf(text ?? ''), [text])
  const more = !isWhole && (
    <button type="button" class="button" onClick={() => setWhole(true)}>
      Show all {bytes.length} bytes
    </button>
  )
  if (text !== undefined && lines.lines.length > 1) {
    return (
      <span class="reply-text">
        <LinesView
          whole={lines}
          text={text}
          lines={isWhole ? lines.lines : linesOf(textIn(shown) ?? '').lines}
        />
        {more}
      </span>
    )
  }
  const isBinary = text === undefined
  return (
    <span class="reply-leaf">
      <code class={isBinary ? 'reply-binary' : 'reply-string'}>{showBytes(shown).text}</code>
      {isBinary && <span class="reply-kind">binary, {bytes.length} bytes</span>}
      {more}
    </span>
  )
}

function Leaf({ kind, text }: { kind: 'null' | 'status' | 'integer' | 'error' | 'empty'; text: string }) {
  return (
    <span class="reply-leaf">
      <code class={`reply-${kind}`}>{text}</code>
      {kind !== 'empty' && <span class="reply-kind">{kind}</span>}
    </span>
  )
}

/** Without the last character beyond ASCII: a cut through it would make text look binary. */
function wholeCharacters(bytes: Uint8Array): Uint8Array {
  let end = bytes.length
  while (end > bytes.length - 4 && (bytes[end - 1]! & 0xc0) === 0x80) end -= 1
  return bytes.subarray(0, (bytes[end - 1]! & 0x80) === 0 ? bytes.length : end - 1)
}

function nameOf(name: Reply): string {
  return name.kind === 'string' ? showBytes(name.bytes).text : textOf(name)
}

function counted(size: number, kind: string, part: string): string {
  return size === 0 ? `empty ${kind}` : `${kind}, ${size} ${part}${size === 1 ? '' : 's'}`
}
