/**
 * The members of a room who share a format, and this turn's frames for them. At the end of the turn the frames
 * become one buffer, and every member's connection gets that same buffer.
 *
 * Hot path: `flush` runs once for each member in each turn; the bench `fanout` watches it.
 */
import type { Format } from './format.ts'
import type { Membership } from './membership.ts'

export class Lane {
  readonly format: Format
  readonly members: Membership[] = []
  #frames: Buffer[] = []
  #hasLatecomers = false

  constructor(format: Format) {
    this.format = format
  }

  add(membership: Membership): void {
    membership.index = this.members.length
    membership.skippedFrames = this.#frames.length
    if (this.#frames.length > 0) this.#hasLatecomers = true
    this.members.push(membership)
  }

  /** Takes a member out; it gets what was said before that. */
  remove(membership: Membership): void {
    const frames = this.#frames.slice(membership.skippedFrames)
    if (frames.length > 0) membership.connection.sendBytes(joined(frames))
    const last = this.members.pop()!
    if (last === membership) return
    this.members[membership.index] = last
    last.index = membership.index
  }

  /** Adds a frame for the end of this turn. */
  push(frame: Buffer): void {
    this.#frames.push(frame)
  }

  flush(nowMs: number): void {
    const frames = this.#frames
    if (frames.length === 0) return
    this.#frames = []
    const bytes = joined(frames)
    const { members } = this
    if (this.#hasLatecomers) this.#flushLatecomers(frames, nowMs)
    // Backwards: a member that is disconnected here leaves a gap that one already served fills.
    for (let index = members.length - 1; index >= 0; index--) {
      const member = members[index]
      if (member === undefined) continue
      if (member.skippedFrames === 0) member.connection.sendShared(bytes, nowMs)
      else member.skippedFrames = 0
    }
  }

  #flushLatecomers(frames: readonly Buffer[], nowMs: number): void {
    this.#hasLatecomers = false
    for (const { connection, skippedFrames } of this.members.filter((member) => member.skippedFrames > 0)) {
      if (skippedFrames < frames.length) connection.sendShared(joined(frames.slice(skippedFrames)), nowMs)
    }
  }
}

function joined(frames: readonly Buffer[]): Buffer {
  return frames.length === 1 ? frames[0]! : Buffer.concat(frames)
}
