/** One command and its reply, with the time it took. */
import type { Exchange } from './exchange.ts'
import { ReplyTree } from './ReplyTree.tsx'
import { withMaps } from './resp.ts'

export function ExchangeView({ exchange: { line, words, outcome } }: { exchange: Exchange }) {
  return (
    <article class="exchange" aria-label={line}>
      <h2>
        <code>
          <span class="hash">&gt;</span> {line}
        </code>
        {outcome !== undefined && outcome.tookMs > 0 && (
          <span class="count">{outcome.tookMs.toFixed(1)} ms</span>
        )}
      </h2>
      {outcome === undefined && <p class="reply-quiet">Waiting for the reply…</p>}
      {outcome?.kind === 'stopped' && <p class="reply-quiet">Stopped; Redis may have carried it out.</p>}
      {outcome?.kind === 'refused' && <p class="reply-refused">{outcome.message}</p>}
      {outcome?.kind === 'reply' && <ReplyTree reply={withMaps(words, outcome.reply)} />}
    </article>
  )
}
