/** What callers do: each awaits the reply to a command, checks it, and sends the next. */

export interface Workload {
  /** As the table calls it. */
  readonly title: string
  /** Of a caller's commands every so-manieth is a SET, the others are GETs; 0: none. */
  readonly setEvery: number
  readonly valueBytes: number
}

export const workloads = {
  get: { title: 'GET', setEvery: 0, valueBytes: 16 },
  set: { title: 'SET', setEvery: 1, valueBytes: 16 },
  mixed: { title: '80 % GET, 20 % SET', setEvery: 5, valueBytes: 16 },
  'get-1k': { title: 'GET of 1 KiB', setEvery: 0, valueBytes: 1_024 },
} as const satisfies Record<string, Workload>

export type WorkloadName = keyof typeof workloads

export const workloadNames = Object.keys(workloads) as WorkloadName[]
