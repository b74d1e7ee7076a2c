/** Copies a text, and says that it did. */
import { useState } from 'preact/hooks'
import { Icon } from './Icon.tsx'

export function CopyButton({ text }: { text: string }) {
  const [isCopied, setCopied] = useState(false)
  // Browsers have no clipboard for pages that came over plain HTTP from elsewhere.
  if (navigator.clipboard === undefined) return null
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
  }
  return (
    <button type="button" class="button quiet copy" onClick={copy} onBlur={() => setCopied(false)}>
      <Icon name={isCopied ? 'check' : 'copy'} />
      <span aria-live="polite">{isCopied ? 'Copied' : 'Copy'}</span>
    </button>
  )
}
