/** Lengths of time as people write them: `90s`, `10m`, `1h30m`, `7d`. */

const unitsMs = {
  w: 604_800_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
} as const

type Unit = keyof typeof unitsMs

const pattern = /^(?:\d{1,9}[wdhms])+$/i

/** The examples that messages give. */
export const durationExamples = '10m, 1h or 7d'

/**
 * Milliseconds; parts are added up. `undefined`: it is no length of time, or none at all.
 *
 * @example durationMs('1h30m') // 5_400_000
 */
export function durationMs(text: string): number | undefined {
  if (!pattern.test(text)) return undefined
  let sumMs = 0
  for (const [, count, unit] of text.matchAll(/(\d+)([wdhms])/gi)) {
    sumMs += Number(count) * unitsMs[unit!.toLowerCase() as Unit]
  }
  return sumMs > 0 && Number.isSafeInteger(sumMs) ? sumMs : undefined
}

/** The same the other way round, in its largest units, to the second: `1h30m`. */
export function durationText(ms: number): string {
  let left = Math.max(1_000, Math.round(ms / 1_000) * 1_000)
  let text = ''
  for (const [unit, unitMs] of Object.entries(unitsMs)) {
    const count = Math.floor(left / unitMs)
    if (count === 0) continue
    text += `${count}${unit}`
    left -= count * unitMs
  }
  return text
}
