// @ts-check
/**
 * Shows on stderr that something long is under way: one line that counts the seconds on a terminal, a line every
 * ten seconds elsewhere (a CI log). Stdout is left alone: it belongs to what the person asked for.
 *
 * @param {string} what such as "Installing dependencies"
 * @returns {{ end(isGood: boolean): void }} `end` says how it went and how long it took
 */
export function startProgress(what) {
  const output = process.stderr
  const startedAt = Date.now()
  const seconds = () => `${Math.round((Date.now() - startedAt) / 1_000)} s`
  output.write(output.isTTY ? `${what} ...` : `${what} ...\n`)
  const ticker = setInterval(
    () => output.write(output.isTTY ? `\r${what} ... ${seconds()}` : `  still at it, ${seconds()}\n`),
    output.isTTY ? 1_000 : 10_000,
  )
  return {
    end(isGood) {
      const result = `${isGood ? 'done' : 'failed'}, ${seconds()}`
      clearInterval(ticker)
      output.write(output.isTTY ? `\r${what} ... ${result}\n` : `  ${result}\n`)
    },
  }
}
