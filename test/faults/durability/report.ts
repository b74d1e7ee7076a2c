/** What a durability run came to, for people. */
import { whole } from '../../../bench/quantity.ts'
import { textTable } from '../../../bench/table.ts'
import type { DurabilityOptions } from './options.ts'
import type { Outcome } from './run.ts'
import { violationKinds } from './violations.ts'

export function report(options: DurabilityOptions, { counts, violations, dataDir }: Outcome): string {
  const { durationMs, seed, publishers, subscribers, store, durability } = options
  const { cuts } = counts
  const rows: [string, number][] = [
    ['messages acknowledged', counts.acknowledged],
    ['messages kept', counts.kept],
    ['sent again, the acknowledgement not having come', counts.repeated],
    ['  of these, somebody had been given it already', counts.repeatedKept],
    ['answered with an error', counts.refused],
    ['delivered', counts.delivered],
    ['times that a subscriber came back and recovered', counts.recoveries],
    ['present in the end', counts.present],
    ['kills', counts.kills],
    ['  and while it was starting', counts.killsAtStart],
    ['connections cut: ended', cuts.end],
    ['  reset', cuts.reset],
    ['  cut in the middle of what passed', cuts.tear],
    ['  held up for a while', cuts.hold],
    ['  forgotten without a word', cuts.forget],
    ['longest pause of the clients, in ms', counts.longestPauseMs],
  ]
  const table = textTable({
    columns: [
      { title: 'what', align: 'left' },
      { title: 'count', align: 'right' },
    ],
    rows: rows.map(([what, count]) => [what, whole(count)]),
  })
  const settings =
    `${publishers} publishers, ${subscribers} subscribers, ${durationMs / 1_000} s, ` +
    `store ${store}, durability ${durability}, seed ${seed}`
  return `${settings}\n\n${table}\n\n${verdict({ violations, dataDir })}`
}

function verdict({ violations, dataDir }: Pick<Outcome, 'violations' | 'dataDir'>): string {
  if (violations.total === 0) {
    return 'Held: nothing acknowledged was lost, nothing doubled, one order for all, presence right.'
  }
  const counts = [...violations.counts].map(
    ([kind, count]) => `${kind}, ${whole(count)} times: ${violationKinds[kind]}`,
  )
  const first = violations.first.map(({ kind, detail }) => `  ${kind}: ${detail}`)
  const store = dataDir === undefined ? [] : [`The store is left in ${dataDir}.`]
  return ['BROKEN:', ...counts, '', 'The first of each:', ...first, ...store].join('\n')
}
