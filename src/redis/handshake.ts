/**
 * The first words on a new connection: who we are, which protocol, which database.
 *
 * HELLO 3 says the first two in one round trip. Servers that do not know it (before 6.0) or whose rules refuse it
 * are spoken to in RESP2 with AUTH. What only helps operators (the client's name and library) may be refused.
 *
 * Source: https://redis.io/docs/latest/commands/hello/, client-setinfo.
 */
import { version } from '../connection/version.ts'
import { type Command, type Dispatcher, requestAll } from './call.ts'
import { ReplyError, UnavailableError } from './errors.ts'
import type { ServerSettings } from './options.ts'
import type { Reply } from './resp/reply.ts'

export interface HandshakeWishes {
  readonly protocol: 2 | 3
  readonly clientName: string | undefined
  readonly server: ServerSettings
}

export interface HandshakeResult {
  readonly protocol: 2 | 3
  /** The server's `timeout` in milliseconds, 0: none; undefined: it may not be read. */
  readonly serverTimeoutMs: number | undefined
}

/**
 * The server answered, and with no: another dial would meet the same. Wrong password, missing rights.
 */
export class RefusedError extends UnavailableError {}

/** Throws {@link RefusedError}, {@link UnavailableError}, or what the connection died of. */
export async function shakeHands(connection: Dispatcher, wishes: HandshakeWishes): Promise<HandshakeResult> {
  const protocol = await introduce(connection, wishes)
  const commands: Command[] = [
    ['CONFIG', 'GET', 'timeout'],
    ['CLIENT', 'SETINFO', 'LIB-NAME', 'longwire'],
    ['CLIENT', 'SETINFO', 'LIB-VER', version],
  ]
  if (wishes.clientName !== undefined) commands.push(['CLIENT', 'SETNAME', wishes.clientName])
  if (wishes.server.role !== 'any') commands.push(wishes.server.role === 'master' ? ['ROLE'] : ['READONLY'])
  const rolePlace = commands.length - 1
  if (wishes.server.database !== 0) commands.push(['SELECT', wishes.server.database])
  const replies = await requestAll(connection, commands)
  const selected = replies.at(-1)
  if (wishes.server.database !== 0 && selected instanceof ReplyError) throw refusal(selected)
  const lost = replies.find((reply) => reply instanceof ReplyError && isFatal(reply))
  if (lost instanceof ReplyError) throw refusal(lost)
  if (wishes.server.role !== 'any') checkRole(wishes.server.role, replies[rolePlace]!)
  return { protocol, serverTimeoutMs: readTimeout(replies[0]!) }
}

async function introduce(connection: Dispatcher, wishes: HandshakeWishes): Promise<2 | 3> {
  const { username, password } = wishes.server
  if (wishes.protocol === 3) {
    const hello: Command =
      password === undefined ? ['HELLO', 3] : ['HELLO', 3, 'AUTH', username ?? 'default', password]
    const [reply] = await requestAll(connection, [hello])
    if (!(reply instanceof ReplyError)) return 3
    if (!isUnknown(reply)) throw refusal(reply)
  }
  if (password !== undefined) {
    const auth: Command = username === undefined ? ['AUTH', password] : ['AUTH', username, password]
    const [reply] = await requestAll(connection, [auth])
    if (reply instanceof ReplyError) throw refusal(reply)
  }
  return 2
}

/** A server whose rules refuse ROLE is taken for what it should be: writes to a replica are refused anyway. */
function checkRole(wanted: 'master' | 'replica', reply: Reply): void {
  if (wanted === 'replica') {
    if (reply instanceof ReplyError) throw refusal(reply)
  } else if (Array.isArray(reply) && reply[0] !== 'master') {
    throw new UnavailableError(`The server is no master but ${String(reply[0])}.`)
  }
}

/** No HELLO here: not known, not in this version, or not for us. */
function isUnknown(reply: ReplyError): boolean {
  return reply.kind === 'NOPROTO' || reply.kind === 'NOPERM' || /unknown command/i.test(reply.message)
}

/** NOPERM on what only helps is none of these. */
function isFatal(reply: ReplyError): boolean {
  return reply.kind === 'NOAUTH' || reply.kind === 'DENIED'
}

function refusal(reply: ReplyError): UnavailableError {
  const isTemporary = /max number of clients|LOADING|MASTERDOWN/i.test(reply.message)
  const detail = `The server refused the connection: ${reply.message}`
  return isTemporary ? new UnavailableError(detail, reply) : new RefusedError(detail, reply)
}

function readTimeout(reply: Reply): number | undefined {
  const value = reply instanceof Map ? reply.get('timeout') : Array.isArray(reply) ? reply[1] : undefined
  const seconds = Number(value)
  return value === undefined || Number.isNaN(seconds) ? undefined : seconds * 1000
}
