/** A step of the test command: a headline, what it says, and how it went. */

/**
 * Runs one step between its headline and a line with its result and time. A step that throws has failed.
 *
 * @returns whether it passed
 */
export async function runStep(title: string, step: () => Promise<boolean>): Promise<boolean> {
  console.log(`\n== ${title}`)
  const startedAt = performance.now()
  let passed = false
  try {
    passed = await step()
  } catch (error) {
    console.log(error instanceof Error ? error.message : error)
  }
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1)
  console.log(`== ${title}: ${passed ? 'passed' : 'FAILED'} in ${seconds} s`)
  return passed
}
