import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { BenchError } from '../../../bench/bench-error.ts'
import { parseDurabilityOptions } from './options.ts'
import { runDurability } from './run.ts'

const root = join(import.meta.dirname, '../../..')

/** `npm run faults` as it is, without npm. */
async function faults(...words: string[]): Promise<{ code: number; output: string; complaints: string }> {
  const child = spawn(process.execPath, [join(root, 'test/faults/run.ts'), ...words])
  const said = { output: '', complaints: '' }
  child.stdout.on('data', (chunk) => {
    said.output += chunk
  })
  child.stderr.on('data', (chunk) => {
    said.complaints += chunk
  })
  const [code] = await once(child, 'close')
  return { code, ...said }
}

/** Small and short: the long runs are made by hand, with `npm run faults -- durability`. */
const small = ['--publishers', '12', '--subscribers', '12', '--cuts', '800', '--pause', '300']

describe('Durability', () => {
  it.each(['normal', 'full'])(
    'holds while the server is killed and connections are cut (%s)',
    { timeout: 180_000 },
    async (durability) => {
      const options = parseDurabilityOptions([
        ...small,
        '--seconds',
        '5',
        '--life',
        '1',
        '--durability',
        durability,
      ])
      const { counts, violations } = await runDurability(options, () => {})
      expect(violations.first, `seed ${options.seed}`).toEqual([])
      expect(counts.kept).toBe(counts.acknowledged)
      expect(counts.acknowledged).toBeGreaterThan(0)
      expect(counts.delivered).toBe(12 * counts.kept)
      // One of them in the end, before the export.
      expect(counts.kills).toBeGreaterThan(1)
      expect(counts.recoveries).toBeGreaterThanOrEqual(12)
    },
  )

  it('is found broken, with exit code 1, where the server loses everything at each kill', {
    timeout: 180_000,
  }, async () => {
    const words = [...small, '--seconds', '3', '--life', '0.5', '--seed', '7', '--store', 'memory']
    const { code, output, complaints } = await faults('durability', ...words)
    expect(output).toMatch(/BROKEN:\n/)
    expect(output).toMatch(/^epoch, [\d,]+ times: The stream became another one\.$/m)
    expect(output).toContain('seed 7')
    expect(complaints).toMatch(/^seed 7\n/)
    expect(code).toBe(1)
  })
})

describe('The faults command', () => {
  it('lists what there is when it is given no name, or a wrong one', async () => {
    const { code, complaints } = await faults('durabilty')
    expect(complaints).toMatch(/^There is no fault run "durabilty"\.\n\nUsage: npm run faults -- NAME/)
    expect(complaints).toMatch(/^ {2}durability {2}\w/m)
    expect(code).toBe(1)
    expect((await faults('--help')).code).toBe(0)
  })

  it('says what an option has to be', () => {
    expect(() => parseDurabilityOptions(['--durability', 'some'])).toThrow(
      new BenchError('usage', '--durability: found "some", expected one of normal, full'),
    )
    expect(() => parseDurabilityOptions(['--secnods', '9'])).toThrow(/--secnods.*Usage/s)
  })

  it('draws a seed when none is given, and takes one that is', () => {
    expect(parseDurabilityOptions([], () => 0.5).seed).toBe(2 ** 31 - 1)
    expect(parseDurabilityOptions(['--seed', '42']).seed).toBe(42)
  })
})
