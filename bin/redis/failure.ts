/** Why a server cannot be used, in a sentence for people that says what to do. */
import { InterruptedError, ReplyError } from '../../src/redis/errors.ts'

/** `place`: where it was dialled, such as `127.0.0.1:6379`. */
export function failureText(error: unknown, place: string, connectTimeoutMs: number): string {
  const causes = causesOf(error)
  const last = causes.at(-1)
  const code = (last as NodeJS.ErrnoException).code ?? ''
  const interrupted = causes.find((one) => one instanceof InterruptedError)
  const refusal = causes.find((one) => one instanceof ReplyError)

  if (refusal !== undefined) return refusalText(refusal, place)
  if (interrupted?.ending?.cause === 'protocol') return `What answers at ${place} is not Redis.`
  if (interrupted?.ending?.cause === 'handshake-deadline' || code === 'TIMEOUT') {
    return `${place} did not answer within ${connectTimeoutMs} ms. Is it Redis, and can it be reached from here?`
  }
  if (interrupted !== undefined) {
    return `${place} closed the connection before it answered. Is it Redis, and does it want TLS (rediss://)?`
  }
  if (code === 'ECONNREFUSED') return `Nothing listens at ${place}. Is Redis running there?`
  if (code === 'ENOENT') return `There is no socket ${place}. Is Redis running, with "unixsocket" set?`
  if (code === 'EACCES') return `This user may not use the socket ${place}.`
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `The name in ${place} is not known here.`
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return `There is no way from here to ${place}.`
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER')
    return `${place} does not speak TLS. Try redis:// instead of rediss://.`
  if (/CERT|ERR_TLS|SELF_SIGNED/.test(code)) {
    return `The certificate of ${place} is not trusted: ${messageOf(last)}.`
  }
  return messageOf(causes[0])
}

function refusalText({ kind, message }: ReplyError, place: string): string {
  if (kind === 'WRONGPASS' || /invalid password/i.test(message)) {
    return `${place} did not accept the user name or the password.`
  }
  if (kind === 'NOAUTH')
    return `${place} wants a password: redis://:PASSWORD@host or redis://USER:PASSWORD@host.`
  if (kind === 'DENIED') return `${place} is in protected mode and only answers its own machine.`
  if (kind === 'NOPERM') return `${place} answers, and this user may not do that: ${message}`
  return `${place} answers with an error: ${message}`
}

/** The error and what it came of, outermost first. */
function causesOf(error: unknown): unknown[] {
  const causes = [error]
  while (causes.at(-1) instanceof Error && (causes.at(-1) as Error).cause !== undefined) {
    causes.push((causes.at(-1) as Error).cause)
  }
  return causes
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.trim() : String(error)
}
