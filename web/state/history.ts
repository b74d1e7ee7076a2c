/**
 * What a room that keeps its messages gives who comes, or comes back: it is joined to what the page has, so that nothing
 * stands there twice, and a gap only where something is missing.
 */
import type { KeptMessage, RoomHistory } from '../link/transport.ts'
import { heardAgain, type Timeline } from './timeline.ts'

export interface Joined {
  /** The timeline as it is before the messages. */
  readonly timeline: Timeline
  /** Those that the page has not had, oldest first. */
  readonly messages: readonly KeptMessage[]
  /** The page was here before: these are news. */
  readonly isNews: boolean
}

/** `at` is when we hear the room again, by our own clock. */
export function joinHistory(timeline: Timeline, history: RoomHistory, at: number): Joined {
  const { epoch, lastOffset } = timeline
  const isSameStream = epoch === history.epoch && lastOffset !== undefined
  const messages = isSameStream
    ? history.messages.filter(({ offset }) => offset > lastOffset)
    : history.messages
  const isWhole = isSameStream && messages.length === history.offset - lastOffset
  const back = isWhole ? { ...timeline, awaySince: undefined } : heardAgain(timeline, at)
  return { timeline: { ...back, epoch: history.epoch }, messages, isNews: lastOffset !== undefined }
}
