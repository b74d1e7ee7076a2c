/** The fault runs that there are: a row each. */
import type { Choice } from '../../bench/chosen.ts'

export const faultRuns = {
  durability: {
    summary:
      'publishers and subscribers while the server is killed and connections are cut: nothing lost or doubled',
    load: async () => (await import('./durability/command.ts')).durability,
  },
} as const satisfies Record<string, Choice>
