/** Reading what people give as values of options; a value that cannot be is told with what was expected. */
import { resolve } from 'node:path'
import { BenchError } from './bench-error.ts'
import type { Cores } from './cores.ts'

/** Some of the known names, separated by commas, in their known order. Throws BenchError `usage`, as all here do. */
export function namesIn<Name extends string>(option: string, text: string, known: readonly Name[]): Name[] {
  const chosen = text.split(',')
  for (const name of chosen) {
    if (!known.some((one) => one === name)) wrongValue(option, name, `names out of ${known.join(', ')}`)
  }
  return known.filter((name) => chosen.includes(name))
}

/** One of the known names. */
export function oneOf<Name extends string>(option: string, text: string, known: readonly Name[]): Name {
  return known.find((name) => name === text) ?? wrongValue(option, text, `one of ${known.join(', ')}`)
}

/** Whole numbers, separated by commas. */
export function wholesIn(option: string, text: string, min: number, max: number): number[] {
  return text.split(',').map((part) => wholeIn(option, part, min, max))
}

export function wholeIn(option: string, text: string, min: number, max: number): number {
  const value = Number(text)
  const isGood = /^\d+$/.test(text) && value >= min && value <= max
  return isGood ? value : wrongValue(option, text, `a whole number from ${min} to ${max}`)
}

/** Seconds, as milliseconds. */
export function secondsIn(option: string, text: string, minSeconds: number): number {
  const seconds = Number(text)
  const isGood = /^[\d.]+$/.test(text) && seconds >= minSeconds && seconds <= 3_600
  return isGood ? Math.round(seconds * 1_000) : wrongValue(option, text, `seconds from ${minSeconds} to 3600`)
}

export function coresIn(option: string, text: string): Cores {
  const [server, load, ...more] = wholesIn(option, text, 0, 4_095)
  if (server === undefined || load === undefined || more.length > 0 || server === load) {
    return wrongValue(option, text, 'two different cores, such as 0,1')
  }
  return { server, load }
}

/** A file, meant from where the person is: npm runs us in the project's root. */
export function fileIn(text: string): string {
  return resolve(process.env.INIT_CWD ?? '.', text)
}

function wrongValue(option: string, found: string, expected: string): never {
  throw new BenchError('usage', `--${option}: found "${found}", expected ${expected}`)
}
