/** Names of parameters that hold tokens, also those of commands that hold them. */
const secrets = /([?&](?:(?:room)?_?token|cf_connect)=)[^&#]*/gi

/** Path and query of a request as a log may keep them: tokens are not among them. */
export function maskedTarget(target: string | undefined): string | undefined {
  return target?.replace(secrets, '$1***')
}
