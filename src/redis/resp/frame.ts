/** An aggregate that is being decoded: what it will be, what it holds so far, and what it lies in. */
import type { Reply } from './reply.ts'

export interface Frame {
  readonly kind: 'array' | 'map' | 'set' | 'push' | 'attribute' | 'parts'
  /** How many items make it whole (a map has two for each entry), or {@link OPEN_END}. */
  readonly count: number
  readonly items: Reply[]
  readonly parent: Frame | undefined
  readonly depth: number
}

/** The count of an aggregate that is streamed until its end mark. */
export const OPEN_END = -1

export function createFrame(kind: Frame['kind'], count: number, parent: Frame | undefined): Frame {
  return { kind, count, items: [], parent, depth: parent === undefined ? 1 : parent.depth + 1 }
}
