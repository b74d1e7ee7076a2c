/**
 * Reads Vitest's JSON report into numbers that hide nothing: a test that did not run counts as failed, and so does
 * a file that could not be loaded.
 */

/** How many tests passed and failed. */
export interface TestCount {
  readonly passed: number
  readonly failed: number
}

/** The fields of Vitest's JSON report that matter here. */
export interface TestReport {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}

/**
 * Counts a report.
 *
 * @param report `undefined` where Vitest wrote none
 * @param exitedWell whether Vitest itself ended with exit code 0
 * @param isByName whether tests were chosen by their names, so that the others were left out on purpose
 * @returns the numbers, and a sentence on each failure that Vitest's own output does not show as one
 */
export function readTestReport(
  report: TestReport | undefined,
  exitedWell: boolean,
  isByName = false,
): TestCount & { problems: string[] } {
  if (report === undefined) return { passed: 0, failed: 1, problems: ['Vitest wrote no report.'] }
  const problems: string[] = []
  let passed = 0
  let failed = 0
  for (const file of report.testResults) {
    let failedHere = 0
    for (const test of file.assertionResults) {
      if (test.status === 'passed') {
        passed += 1
        continue
      }
      if (test.status !== 'failed' && isByName) continue
      failedHere += 1
      if (test.status !== 'failed') problems.push(`Not run (${test.status}): ${file.name}: ${test.fullName}`)
    }
    if (failedHere === 0 && file.status === 'failed') {
      failedHere = 1
      problems.push(`Failed outside its tests: ${file.name}`)
    }
    failed += failedHere
  }
  if (passed + failed === 0) {
    failed += 1
    problems.push('No test ran.')
  }
  if (!exitedWell && failed === 0) {
    failed += 1
    problems.push('Vitest failed outside the tests (an unhandled error, most likely): its output is above.')
  }
  return { passed, failed, problems }
}
