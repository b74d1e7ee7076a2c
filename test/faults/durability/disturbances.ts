/** Cuts connections at random, in all the ways in which networks do, until it is told to stop. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultyProxy, Flow } from '../redis/faulty-proxy.ts'
import type { Chance } from './chance.ts'

/** What is done to one connection, and how often of a hundred times. */
const kinds = {
  end: { often: 25, do: (flow: Flow) => flow.end() },
  reset: { often: 20, do: (flow: Flow) => flow.reset() },
  tear: { often: 30, do: (flow: Flow, chance: Chance) => flow.tear(chance.between(0, 1)) },
  hold: { often: 15, do: (flow: Flow, chance: Chance) => flow.hold(chance.between(100, 2_500)) },
  forget: { often: 10, do: (flow: Flow) => flow.forget() },
} as const satisfies Record<string, { often: number; do: (flow: Flow, chance: Chance) => void }>

export type DisturbanceKind = keyof typeof kinds

/** Each kind as often as it is in a hundred. */
const draw = Object.entries(kinds).flatMap(([kind, { often }]) =>
  Array<DisturbanceKind>(often).fill(kind as DisturbanceKind),
)

/** Now and then all connections at once. */
const shareOfAll = 0.01

export class Disturbances {
  readonly counts: Record<DisturbanceKind, number> = { end: 0, reset: 0, tear: 0, hold: 0, forget: 0 }
  readonly #proxies: readonly FaultyProxy[]
  readonly #chance: Chance
  readonly #pauseMs: number

  /** `pauseMs`: between two, at most. */
  constructor(proxies: readonly FaultyProxy[], chance: Chance, pauseMs: number) {
    this.#proxies = proxies
    this.#chance = chance
    this.#pauseMs = pauseMs
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(this.#chance.between(0, this.#pauseMs), undefined, { signal }).catch(() => {
        // Told to stop: the condition above sees it.
      })
      if (signal.aborted) return
      const kind = this.#chance.one(draw)
      const open = this.#proxies.flatMap((proxy) => proxy.open)
      if (open.length === 0) continue
      const flows = this.#chance.happens(shareOfAll) ? open : [this.#chance.one(open)]
      for (const flow of flows) kinds[kind].do(flow, this.#chance)
      this.counts[kind] += flows.length
    }
  }
}
