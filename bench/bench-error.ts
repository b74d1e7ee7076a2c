/** Why a bench ended early: a closed list, a sentence a row. */
export const benchErrorCodes = {
  usage: 'An option is unknown or has a value that it cannot have.',
  'missing-part': 'A program or file that a part of the bench needs is not on this machine.',
  'build-failed': 'A program of the bench could not be compiled.',
  'server-failed': 'A measured server did not start or ended by itself.',
  'load-failed': 'The load generator could not do its work.',
} as const satisfies Record<string, string>

export type BenchErrorCode = keyof typeof benchErrorCodes

/** A failure that a person can understand from its message alone; it is shown without a stack. */
export class BenchError extends Error {
  override readonly name = 'BenchError'
  readonly code: BenchErrorCode

  constructor(code: BenchErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
