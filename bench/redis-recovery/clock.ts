/** A clock that all processes of a machine share. */

/** Nanoseconds since the machine started. Exact for the three months that a number can hold. */
export function machineNowNs(): number {
  return Number(process.hrtime.bigint())
}
