/** Says on the standard error how a bench goes, so that the standard output holds nothing but its result. */
export function progress(line: string): void {
  console.error(line)
}
