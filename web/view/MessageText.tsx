/** What somebody said: text and nothing but text, in which web addresses can be followed. */
import { textPieces } from '../text/links.ts'
import { isOnlyEmoji } from '../text/only-emoji.ts'

export function MessageText({ text }: { text: string }) {
  return (
    <p class={isOnlyEmoji(text) ? 'text only-emoji' : 'text'} dir="auto">
      {textPieces(text).map(({ text, href }, index) =>
        href === undefined ? (
          text
        ) : (
          <a key={index} href={href} target="_blank" rel="noopener noreferrer">
            {text}
          </a>
        ),
      )}
    </p>
  )
}
