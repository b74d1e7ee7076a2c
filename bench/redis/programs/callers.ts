/** The callers: as many loops that each await a reply, check it, and send the next command. */
import { LatencyHistogram } from '../../latency-histogram.ts'
import { type Dataset, keyCount } from '../dataset.ts'
import type { Workload } from '../workloads.ts'
import type { MeasuredClient } from './measured-client.ts'

/** Of so many callers one is timed: asking the clock for each command would cost the fast clients a tenth. */
const callersPerTimed = 8
/** Without a common divisor with the number of keys, so that each caller comes to all of them. */
const stride = 31

export class Callers {
  /** Commands whose replies have come and were right. */
  operations = 0
  /** Of the timed callers; replaced when the measurement begins. */
  latencies = new LatencyHistogram()
  readonly #client: MeasuredClient
  readonly #workload: Workload
  readonly #dataset: Dataset
  #isOver = false

  constructor(client: MeasuredClient, workload: Workload, dataset: Dataset) {
    this.#client = client
    this.#workload = workload
    this.#dataset = dataset
  }

  /** Lets so many callers call until the end is told; rejects at the first wrong reply. */
  async run(count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, (_, index) => this.#call(index)))
  }

  /** Tells the callers to send no more. */
  end(): void {
    this.#isOver = true
  }

  async #call(index: number): Promise<void> {
    const client = this.#client
    const { keys, values } = this.#dataset
    const { setEvery } = this.#workload
    const isTimed = index % callersPerTimed === 0
    let turn = index
    let place = (index * 7_919) % keyCount
    let startedAtMs = performance.now()
    while (!this.#isOver) {
      turn++
      place = (place + stride) % keyCount
      const key = keys[place]!
      const value = values[place]!
      if (setEvery > 0 && turn % setEvery === 0) {
        const reply = await client.set(key, value)
        if (reply !== 'OK') throw new Error(`SET ${key} was answered with ${String(reply)}`)
      } else {
        const reply = await client.get(key)
        if (reply !== value) throw new Error(`GET ${key} was answered with ${reply}`)
      }
      this.operations++
      if (isTimed) {
        const nowMs = performance.now()
        this.latencies.record((nowMs - startedAtMs) * 1e6)
        startedAtMs = nowMs
      }
    }
  }
}
