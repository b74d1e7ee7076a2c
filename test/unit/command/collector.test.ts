import { expect, test } from 'vitest'
import { tuneCollector } from '../../../bin/collector.ts'

function flagsWith(given: readonly string[]): string[] {
  const set: string[] = []
  tuneCollector(given, (flag) => set.push(flag))
  return set
}

test('the command sets how V8 collects, whatever else Node was started with', () => {
  const all = ['--no-allocation-site-pretenuring', '--heap-growing-percent=100']
  expect(flagsWith([])).toEqual(all)
  expect(flagsWith(['--single-threaded-gc', '--import', 'trace.mjs'])).toEqual(all)
})

test('what the operator has set stands, in either of the spellings that Node knows', () => {
  expect(flagsWith(['--heap-growing-percent=50'])).toEqual(['--no-allocation-site-pretenuring'])
  expect(flagsWith(['--heap_growing_percent=50'])).toEqual(['--no-allocation-site-pretenuring'])
  expect(flagsWith(['--allocation-site-pretenuring'])).toEqual(['--heap-growing-percent=100'])
})
