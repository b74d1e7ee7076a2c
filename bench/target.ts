/** What Longwire has to reach, next to what it reached. */
import { times } from './quantity.ts'
import type { Table } from './table.ts'

export interface Target {
  readonly what: string
  readonly goal: string
  /** `undefined`: what it needs was not measured. */
  readonly outcome: { readonly measured: string; readonly isMet: boolean } | undefined
}

/** The targets as a table. `title`: what they are about. */
export function targetTable(title: string, targets: readonly Target[]): Table {
  return {
    columns: [
      { title, align: 'left' },
      { title: 'goal', align: 'right' },
      { title: 'measured', align: 'right' },
      { title: 'met', align: 'left' },
    ],
    rows: targets.map(({ what, goal, outcome }) => [
      what,
      goal,
      outcome?.measured ?? 'not measured',
      outcome === undefined ? '-' : outcome.isMet ? 'met' : 'NOT MET',
    ]),
  }
}

/** How the ratio of two numbers came out; `undefined` if one of them was not measured. */
export function ratioOutcome(
  ours: number | undefined,
  theirs: number | undefined,
  isMet: (ratio: number) => boolean,
): Target['outcome'] {
  return outcomeOf(ours === undefined || theirs === undefined ? undefined : ours / theirs, isMet)
}

/** How a ratio came out; `undefined` if it was not measured. */
export function outcomeOf(ratio: number | undefined, isMet: (ratio: number) => boolean): Target['outcome'] {
  return ratio === undefined ? undefined : { measured: times(ratio), isMet: isMet(ratio) }
}
