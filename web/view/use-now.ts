/** The time, for what counts down or changes at midnight. */
import { useEffect, useState } from 'preact/hooks'

/** @param everyMs how often it is told anew; `undefined`: not at all */
export function useNow(everyMs: number | undefined): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (everyMs === undefined) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}
