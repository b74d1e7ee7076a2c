/** A promise that a broker keeps, and what the checks of them share. */

import assert from 'node:assert/strict'
import { performance } from 'node:perf_hooks'
import type { Broker, BrokerListener, BrokerPublication, History, PublishOptions } from '../broker.ts'

export interface BrokerPromise {
  /** The test's name. */
  readonly sentence: string
  /** Throws where the broker breaks it. The broker has no streams yet, and is closed afterwards. */
  check(broker: Broker): Promise<void>
}

/** Options of rooms that keep more than a check publishes. */
export const kept: PublishOptions = { historySize: 1_000_000 }

/** Publishes these one after the other, each when the one before is acknowledged. */
export async function publishAll(
  broker: Broker,
  room: string,
  data: readonly string[],
  options = kept,
): Promise<void> {
  for (const text of data) await broker.publish(room, { data: text }, options)
}

/** `1` to `count` as texts. */
export function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(index + 1))
}

export function dataOf({ publications }: History): string[] {
  return publications.map(({ data }) => data)
}

/** A listener that remembers what it hears. */
export class Ear implements BrokerListener {
  readonly publications: { room: string; publication: BrokerPublication; epoch: string }[] = []
  readonly signals: { room: string; data: string }[] = []

  publication(room: string, publication: BrokerPublication, epoch: string): void {
    this.publications.push({ room, publication, epoch })
  }

  signal(room: string, data: string): void {
    this.signals.push({ room, data })
  }

  gap(): void {
    assert.fail('Nothing was lost, and the listener was told of a gap.')
  }

  dataIn(room: string): string[] {
    return this.publications.filter((heard) => heard.room === room).map(({ publication }) => publication.data)
  }
}

/** Waits until something holds. Fails with `what` after ten seconds. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + 10_000
  while (!(await holds())) {
    assert.ok(performance.now() < deadlineMs, `Waited in vain for ${what}.`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
