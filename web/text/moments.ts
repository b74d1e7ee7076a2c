/** Times and days as the page shows them, in the language and time zone of the reader. */
export interface Moments {
  /** `14:03` or `2:03 PM`. */
  clock(time: number): string
  /** `Today`, `Yesterday`, or the date. */
  day(time: number, now: number): string
  /** All of it, for those who want to know exactly. */
  full(time: number): string
  /** The same for two times of the same day. */
  dayKey(time: number): string
}

export function momentsIn(locale: string | undefined, timeZone: string | undefined): Moments {
  const zone = timeZone === undefined ? {} : { timeZone }
  const clock = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', ...zone })
  const full = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'medium', ...zone })
  const date = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long', ...zone })
  const dateOfOtherYear = new Intl.DateTimeFormat(locale, { dateStyle: 'long', ...zone })
  const key = new Intl.DateTimeFormat('en-CA', { dateStyle: 'short', ...zone })
  const dayKey = (time: number) => key.format(time)

  return {
    clock: (time) => clock.format(time),
    full: (time) => full.format(time),
    dayKey,
    day(time, now) {
      if (dayKey(time) === dayKey(now)) return 'Today'
      if (dayKey(time) === dayBefore(dayKey(now))) return 'Yesterday'
      const isThisYear = dayKey(time).slice(0, 4) === dayKey(now).slice(0, 4)
      return (isThisYear ? date : dateOfOtherYear).format(time)
    },
  }
}

/** Of days as `2024-03-10`. Counted in UTC, where every day has 24 hours. */
function dayBefore(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - 24 * 3_600_000).toISOString().slice(0, 10)
}
