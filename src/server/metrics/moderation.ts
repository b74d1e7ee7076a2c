/** Metrics of moderation. */
import type { Samples } from './samples.ts'

/** Moderation, as far as it is measured. */
export interface MeasuredModeration {
  /** Orders that were carried out, by name. */
  readonly counts: Readonly<Record<string, number>>
  /** Sanctions that hold, by kind. */
  sizes(): Readonly<Record<string, number>>
}

export function measureModeration(samples: Samples, moderation: MeasuredModeration): void {
  samples.gauge('longwire_sanctions', 'Mutes and bans that hold.', ['kind'], () =>
    Object.entries(moderation.sizes()).map(([kind, size]) => [{ kind }, size]),
  )
  samples.counter(
    'longwire_moderation_orders_total',
    'Orders of moderation that were carried out.',
    ['order'],
    () => Object.entries(moderation.counts).map(([order, count]) => [{ order }, count]),
  )
}
