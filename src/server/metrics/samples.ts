/** Metrics whose values are read at the moment of a scrape, from counters that the parts keep anyway. */
import { Counter, Gauge, type Metric, type MetricValueWithName, type Registry } from 'prom-client'

/** Counts by bucket, the last being for what is above all bounds, and the sum of all that was observed. */
export type HistogramSample = readonly [
  labels: Readonly<Record<string, string>>,
  buckets: readonly number[],
  sum: number,
]

export type Sample = readonly [labels: Readonly<Record<string, string>>, value: number]

/** What a metric is, for its documentation. */
export interface MetricRow {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
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

  /** How observations are spread: `bounds` are the buckets' upper ends; `read` gives the counts as they stand. */
  histogram(
    name: string,
    help: string,
    labelNames: readonly string[],
    bounds: readonly number[],
    read: () => Iterable<HistogramSample>,
  ): void {
    this.rows.push({ name, type: 'histogram', labelNames, help })
    const ends = [...bounds.map(String), '+Inf']
    const valuesOf = ([labels, buckets, sum]: HistogramSample): MetricValueWithName<string>[] => {
      let count = 0
      const values = ends.map((le, place) => {
        count += buckets[place] ?? 0
        return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: count }
      })
      return [
        ...values,
        { metricName: `${name}_sum`, labels, value: sum },
        { metricName: `${name}_count`, labels, value: count },
      ]
    }
    // The library's own histogram can only observe; ours were counted before.
    const metric = {
      ...{ name, help, type: 'histogram', aggregator: 'sum' },
      get: () => Promise.resolve({ name, help, type: 'histogram', values: [...read()].flatMap(valuesOf) }),
      reset: () => {
        // What it shows is read anew each time.
      },
    }
    this.#registry.registerMetric(metric as unknown as Metric)
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
