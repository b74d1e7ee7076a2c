/** Checks a page with axe-core against WCAG 2.2 at the levels A and AA, contrast included. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface AxeResults {
  readonly violations: readonly {
    readonly id: string
    readonly help: string
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
  }[]
}

const options = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  resultTypes: ['violations'],
}

/** What is wrong, a line for each element. Motion is waited for: what fades in has no contrast yet. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  await page.evaluate('Promise.allSettled(document.getAnimations().map((animation) => animation.finished))')
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(source)
  const results = await page.evaluate<AxeResults>(`axe.run(document, ${JSON.stringify(options)})`)
  return results.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}: ${html}: ${failureSummary}`),
  )
}
