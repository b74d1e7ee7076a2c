/** The system's Chromium, for one test file: started before its tests, closed after them. */
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { findSystemPart, missingSentence, systemParts } from '../../scripts/system-parts.ts'

/** No sandbox, for containers have none to give; no services of the browser's own, for they would use the network. */
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Starts it. Throws one sentence where there is none. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = findSystemPart(systemParts.chromium)
  if (executablePath === undefined) throw new Error(missingSentence([systemParts.chromium], undefined))
  return chromium.launch({ executablePath, args })
}

/** One browser for all tests of a file. The returned function gives it while they run. */
export function useChromium(): () => Browser {
  let browser: Browser | undefined
  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterAll(() => browser?.close())
  return () => {
    if (browser === undefined) throw new Error('The browser is there only while tests run.')
    return browser
  }
}
