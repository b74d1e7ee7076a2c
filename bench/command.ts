/** A program to run and how. */
export interface Command {
  readonly program: string
  readonly args: readonly string[]
  /** Added to our own environment. */
  readonly env?: Readonly<Record<string, string>>
}

/** The command as a person would type it. */
export function commandLine({ program, args }: Command): string {
  return [program, ...args].map((part) => (/^[\w@%+=:,./-]+$/.test(part) ? part : `'${part}'`)).join(' ')
}
