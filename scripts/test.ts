/**
 * The whole test command: system parts, type check, lint, layers, builds, and all tests.
 *
 * Every step runs even if an earlier one failed, so that one run shows all there is to mend; only missing system
 * parts end it at once. The last line is `N passed, N failed`, counting each test and each step before them.
 * With arguments (`npm test -- PATTERN`), only the tests run and the arguments go to Vitest.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildPageIfChanged } from './page.mjs'
import { projectRoot } from './paths.mjs'
import { runProgram } from './program.ts'
import { runStep } from './step.ts'
import { ensureSystemParts } from './system-parts.ts'
import { readTestReport, type TestCount } from './test-report.ts'

const node = process.execPath
const tool = (path: string) => join(projectRoot, 'node_modules', path)
const tsc = tool('typescript/bin/tsc')
const reportFile = join(projectRoot, `.cache/tests-${process.pid}.json`)

const steps: Record<string, () => Promise<boolean>> = {
  'Type check': async () => {
    const projects = ['tsconfig.json', 'web/tsconfig.json'].filter((path) =>
      existsSync(join(projectRoot, path)),
    )
    const results = []
    for (const project of projects) results.push(await runProgram(node, [tsc, '--noEmit', '-p', project]))
    return results.every(Boolean)
  },
  Lint: () => runProgram(node, [tool('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings']),
  Layers: () => runProgram(node, ['scripts/layers.ts']),
  Build: () => runProgram(node, ['scripts/build.ts']),
}

const args = process.argv.slice(2)
process.exitCode = args.length === 0 ? await runAll() : await runSome(args)

async function runAll(): Promise<number> {
  let isComplete = true
  await runStep('System parts', async () => {
    const parts = ensureSystemParts()
    isComplete = 'found' in parts
    console.log('found' in parts ? parts.found.join('\n') : parts.failure)
    return isComplete
  })
  if (!isComplete) return 1

  const failedSteps: string[] = []
  for (const [title, step] of Object.entries(steps)) {
    if (!(await runStep(title, step))) failedSteps.push(title)
  }
  const tests = await runTests([])
  if (failedSteps.length > 0) console.log(`Failed before the tests: ${failedSteps.join(', ')}.`)
  return close({
    passed: tests.passed + Object.keys(steps).length - failedSteps.length,
    failed: tests.failed + failedSteps.length,
  })
}

async function runSome(vitestArgs: string[]): Promise<number> {
  console.log('With arguments, only tests that match them run; `npm test` alone checks everything.')
  await buildPageIfChanged()
  return close(await runTests(vitestArgs))
}

async function runTests(vitestArgs: string[]): Promise<TestCount> {
  mkdirSync(join(projectRoot, '.cache'), { recursive: true })
  let count: TestCount = { passed: 0, failed: 0 }
  await runStep('Tests', async () => {
    const isGood = await runProgram(node, [
      tool('vitest/vitest.mjs'),
      'run',
      '--allowOnly=false',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${reportFile}`,
      ...(process.stdout.isTTY ? [] : ['--no-color']),
      ...vitestArgs,
    ])
    const isByName = vitestArgs.some((arg) => /^(?:-t|--testNamePattern)/.test(arg))
    const report = existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) : undefined
    rmSync(reportFile, { force: true })
    const { problems, ...counted } = readTestReport(report, isGood, isByName)
    for (const problem of problems) console.log(problem)
    count = counted
    return counted.failed === 0
  })
  return count
}

/** The closing line that other programs read. */
function close({ passed, failed }: TestCount): number {
  console.log(`${passed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}
