/**
 * The members of a room who share a format, and this turn's frames for them. At the end of the turn the frames
 * become one buffer, and every member's connection gets that same buffer.
 *
 * Hot path: `flush` runs once for each member in each turn; the bench `fanout` watches it.
 */
import { Buffer } from 'node:buffer'
import type { Format } from './format.ts'
import type { Membership } from './membership.ts'

export class Lane {
  readonly format: Format
  readonly members: Membership[] = []
  #frames: Buffer[] = []
  /** For each frame the offset of the kept publication that it shows, or 0. */
  #offsets: number[] = []
  /** Some members may not get every frame of this turn. */
  #hasLatecomers = false

  constructor(format: Format) {
    this.format = format
  }

  add(membership: Membership): void {
    membership.lane = this
    membership.index = this.members.length
    membership.skippedFrames = this.#frames.length
    if (this.#frames.length > 0 || membership.skipThrough > 0) this.#hasLatecomers = true
    this.members.push(membership)
  }

  /** Takes a member out; it gets what was said before that. */
  remove(membership: Membership): void {
    const frames = framesFor(membership, this.#frames, this.#offsets)
    membership.lane = undefined
    const last = this.members.pop()!
    if (last !== membership) {
      this.members[membership.index] = last
      last.index = membership.index
    }
    if (frames.length > 0) membership.connection.sendBytes(joined(frames))
  }

  /** Adds a frame for the end of this turn. */
  push(frame: Buffer, offset: number): void {
    this.#frames.push(frame)
    this.#offsets.push(offset)
  }

  flush(nowMs: number): void {
    const frames = this.#frames
    if (frames.length === 0) return
    const offsets = this.#offsets
    this.#frames = []
    this.#offsets = []
    const bytes = joined(frames)
    const { members } = this
    if (this.#hasLatecomers) this.#flushLatecomers(frames, offsets, bytes, nowMs)
    // Backwards: a member that is disconnected here leaves a gap that one already served fills.
    for (let index = members.length - 1; index >= 0; index--) {
      const member = members[index]
      if (member === undefined) continue
      if (member.skippedFrames === 0) member.connection.sendShared(bytes, nowMs)
      else member.skippedFrames = 0
    }
  }

  #flushLatecomers(
    frames: readonly Buffer[],
    offsets: readonly number[],
    bytes: Buffer,
    nowMs: number,
  ): void {
    this.#hasLatecomers = false
    const newest = offsets.findLast((offset) => offset > 0) ?? 0
    const latecomers = this.members.filter(
      ({ skippedFrames, skipThrough }) => skippedFrames > 0 || skipThrough > 0,
    )
    for (const member of latecomers) {
      const own = framesFor(member, frames, offsets)
      // It has had all of this turn.
      member.skippedFrames = frames.length
      if (newest >= member.skipThrough) member.skipThrough = 0
      else this.#hasLatecomers = true
      if (own.length > 0)
        member.connection.sendShared(own.length === frames.length ? bytes : joined(own), nowMs)
    }
  }
}

function framesFor(
  { skippedFrames, skipThrough }: Membership,
  frames: readonly Buffer[],
  offsets: readonly number[],
): readonly Buffer[] {
  const own = frames.slice(skippedFrames)
  if (skipThrough === 0) return own
  return own.filter((_, index) => {
    const offset = offsets[skippedFrames + index]!
    return offset === 0 || offset > skipThrough
  })
}

function joined(frames: readonly Buffer[]): Buffer {
  return frames.length === 1 ? frames[0]! : Buffer.concat(frames)
}
