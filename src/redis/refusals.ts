/**
 * What the pool does about errors that say "not now" or "not here": the server has carried nothing out, so the
 * call may be sent again without harm. A closed list; every other error goes to the caller.
 *
 * | kind | what it means | what is done |
 * | --- | --- | --- |
 * | LOADING | the server reads its data from disk | sent again after a pause |
 * | BUSY | a script runs for longer than allowed | sent again after a pause |
 * | MASTERDOWN | a replica has lost its master and may not answer | sent again after a pause |
 * | TRYAGAIN | keys of one command are between two nodes of a cluster | sent again after a pause |
 * | CLUSTERDOWN | the cluster has no owner for the slot at present | sent again after a pause |
 * | NOREPLICAS | too few replicas are in reach to accept writes | sent again after a pause |
 * | READONLY | a replica, where there was a master | the connection is replaced, then sent again |
 *
 * OOM goes to the caller at once: repeated writes would not free memory.
 */
export const refusals: ReadonlyMap<string, 'pause' | 'replace'> = new Map([
  ['LOADING', 'pause'],
  ['BUSY', 'pause'],
  ['MASTERDOWN', 'pause'],
  ['TRYAGAIN', 'pause'],
  ['CLUSTERDOWN', 'pause'],
  ['NOREPLICAS', 'pause'],
  ['READONLY', 'replace'],
])

/** The pause before a refused call is sent again; it doubles up to the last. Milliseconds. */
export const FIRST_PAUSE_MS = 10
export const LAST_PAUSE_MS = 200
