/** What a bench is to the command that runs it. */
export interface Bench {
  /** Its options, as `--help` prints them. */
  readonly usage: string

  /**
   * Measures and prints: how it goes on the standard error, the result on the standard output.
   *
   * @param args the command line after the bench's name
   * @throws BenchError for what the person at the terminal can mend
   */
  run(args: readonly string[]): Promise<void>
}
