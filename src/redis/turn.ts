/** Runs what is due at the end of the event-loop turn. */
const due: (() => void)[] = []

export function atTurnEnd(work: () => void): void {
  if (due.length === 0) setImmediate(runAll)
  due.push(work)
}

function runAll(): void {
  for (const work of due.splice(0)) work()
}
