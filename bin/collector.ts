/**
 * How V8 collects garbage in this process, which the command owns; docs/decisions/garbage-collection.md tells why. For the
 * program of somebody else these are flags at its start, docs/operations.md.
 */
import { setFlagsFromString } from 'node:v8'

const flags: readonly (readonly [name: string, flag: string])[] = [
  // What a request leaves stays where collecting it costs nothing, also where load came before V8 had seen any.
  ['allocation-site-pretenuring', '--no-allocation-site-pretenuring'],
  // All of memory is collected when what was kept since the last time is as much as lived then.
  ['heap-growing-percent', '--heap-growing-percent=100'],
]

/** Sets what the command line of Node (`given`) does not set by itself. */
export function tuneCollector(
  given: readonly string[] = process.execArgv,
  set: (flag: string) => void = setFlagsFromString,
): void {
  for (const [name, flag] of flags) {
    const isGiven = given.some((argument) => argument.replaceAll('_', '-').includes(name))
    if (!isGiven) set(flag)
  }
}
