import { describe, expect, it } from 'vitest'
import { readTestReport } from '../../../scripts/test-report.ts'

function reportOf(statuses: string[], fileStatus = 'passed') {
  const assertionResults = statuses.map((status, index) => ({ status, fullName: `test ${index}` }))
  return { testResults: [{ name: 'a.test.ts', status: fileStatus, assertionResults }] }
}

describe('reading the test report', () => {
  it('counts what passed and what failed', () => {
    expect(readTestReport(reportOf(['passed', 'failed', 'passed'], 'failed'), false)).toEqual({
      passed: 2,
      failed: 1,
      problems: [],
    })
  })

  it('counts a test that did not run as failed, and names it', () => {
    for (const status of ['skipped', 'pending', 'todo', 'disabled']) {
      const { passed, failed, problems } = readTestReport(reportOf(['passed', status]), true)
      expect([passed, failed]).toEqual([1, 1])
      expect(problems).toEqual([`Not run (${status}): a.test.ts: test 1`])
    }
  })

  it('leaves out the others where tests were chosen by name', () => {
    expect(readTestReport(reportOf(['passed', 'skipped']), true, true)).toEqual({
      passed: 1,
      failed: 0,
      problems: [],
    })
    expect(readTestReport(reportOf(['skipped']), true, true)).toMatchObject({ passed: 0, failed: 1 })
  })

  it('counts a file that could not be loaded as failed', () => {
    expect(readTestReport(reportOf([], 'failed'), false)).toMatchObject({ passed: 0, failed: 1 })
  })

  it('fails where Vitest failed although every test passed', () => {
    expect(readTestReport(reportOf(['passed']), false)).toMatchObject({ passed: 1, failed: 1 })
  })

  it('fails where nothing ran or no report was written', () => {
    expect(readTestReport({ testResults: [] }, true)).toMatchObject({ passed: 0, failed: 1 })
    expect(readTestReport(undefined, true)).toMatchObject({ passed: 0, failed: 1 })
  })
})
