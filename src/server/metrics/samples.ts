/** Metrics whose values are read at the moment of a scrape, from counters that the parts keep anyway. */
import { Counter, Gauge, type Registry } from 'prom-client'

export type Sample = readonly [labels: Readonly<Record<string, string>>, value: number]

/** What a metric is, for its documentation. */
export interface MetricRow {
  readonly name: string
  readonly type: 'counter' | 'gauge'
  readonly labelNames: readonly string[]
  readonly help: string
}

export class Samples {
  /** All metrics that are read here. */
  readonly rows: MetricRow[] = []
  readonly #registry: Registry

  constructor(registry: Registry) {
    this.#registry = registry
  }

  /** A value that goes up and down. */
  gauge(name: string, help: string, labelNames: readonly string[], read: () => Iterable<Sample>): void {
    this.rows.push({ name, type: 'gauge', labelNames, help })
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames: [...labelNames],
      registers: [this.#registry],
      collect: () => {
        gauge.reset()
        for (const [labels, value] of read()) gauge.set(labels, value)
      },
    })
  }

  /** A count that only grows; `read` gives it as it stands. */
  counter(name: string, help: string, labelNames: readonly string[], read: () => Iterable<Sample>): void {
    this.rows.push({ name, type: 'counter', labelNames, help })
    const counter: Counter = new Counter({
      name,
      help,
      labelNames: [...labelNames],
      registers: [this.#registry],
      collect: () => {
        counter.reset()
        for (const [labels, value] of read()) counter.inc(labels, value)
      },
    })
  }
}
