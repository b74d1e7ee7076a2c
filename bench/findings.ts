/** What several runs found of one thing, and that one failure of it does not end the bench. */
import { BenchError } from './bench-error.ts'

/** With a `failure` the rest of its runs is left out. */
export interface Findings<Finding> {
  readonly found: Finding[]
  failure?: string
}

/**
 * Does one run's work. A failure is a result like others: it is kept and told, and the rest goes on without it.
 *
 * @param work keeps what it finds, and says it in a line
 * @returns the line
 */
export async function attempt(findings: Findings<unknown>, work: () => Promise<string>): Promise<string> {
  if (findings.failure !== undefined) return 'left out, it failed before'
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof BenchError)) throw error
    findings.failure = error.message
    return error.message
  }
}

/** What `prepare` gives, or why this machine lacks it. */
export function preparedOrMissing<Prepared>(
  prepare: () => Prepared,
): Prepared | { readonly missing: string } {
  try {
    return prepare()
  } catch (error) {
    if (error instanceof BenchError) return { missing: error.message }
    throw error
  }
}
