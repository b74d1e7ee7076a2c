import type { z } from 'zod'

/** One row of the table of settings. Its place in the file, its flag and its variable all derive from here. */
export interface Setting<T = unknown> {
  /** Checks a value from the file. */
  readonly schema: z.ZodType<T>
  readonly standard: T
  /** What it is, and why the default is what it is. */
  readonly description: string
  /** The flag without its dashes; without one it is set by file and variable alone. */
  readonly flag?: string
  /** What stands for the value in the help: `PORT`. */
  readonly placeholder?: string
  /** May be given several times; in a variable, separated by commas. */
  readonly isList?: boolean
  /** A variable holds it as JSON. */
  readonly isJson?: boolean
  /** Yes or no: its flag takes no value, and `--no-…` says no. */
  readonly isSwitch?: boolean
  /** Masked wherever it is shown. */
  readonly isSecret?: boolean
}
