/** What is asked for, over and over. */

export interface Workload {
  /** As the table calls it. */
  readonly title: string
  /** The command as a URL. */
  readonly path: string
  /** What the key holds; also what `SET` sets. */
  readonly value: string
}

const key = 'key:000000000007'
const small = 'abcdefghijklmno7'

export const workloads = {
  get: { title: 'GET', path: `/GET/${key}`, value: small },
  set: { title: 'SET', path: `/SET/${key}/${small}`, value: small },
  'get-10k': {
    title: 'GET of 10 KiB',
    path: `/GET/${key}`,
    value: 'Some text that is no secret. '.repeat(354).slice(0, 10_240),
  },
} as const satisfies Record<string, Workload>

export type WorkloadName = keyof typeof workloads

export const workloadNames = Object.keys(workloads) as WorkloadName[]

/** The key that all workloads name. */
export const workloadKey = key
