/**
 * Where a Redis server is, as people write it: `redis://`, `rediss://` (TLS), `unix://`.
 *
 * `redis://user:password@host:6379/0`, `unix:///run/redis.sock?db=1`. User, password and database may be left
 * out; `redis://:password@host` is the default user. Source: the IANA registrations of `redis` and `rediss`.
 */
import { OptionError } from '../connection/errors.ts'

export interface Address {
  readonly host: string
  readonly port: number
}

export interface Target {
  /** A host and port, or the path of a Unix socket. */
  readonly address: Address | { readonly path: string }
  readonly isTls: boolean
  readonly username: string | undefined
  readonly password: string | undefined
  readonly database: number
}

export const DEFAULT_PORT = 6379

/** `defaultPort`: where the URL names none. Throws {@link OptionError}; its message never holds the password. */
export function parseRedisUrl(text: string, defaultPort = DEFAULT_PORT): Target {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    throw badUrl(text)
  }
  const username = url.username === '' ? undefined : decodeURIComponent(url.username)
  const password = url.password === '' ? undefined : decodeURIComponent(url.password)
  if (url.protocol === 'unix:' || url.protocol === 'redis+unix:') {
    const path = decodeURIComponent(url.hostname + url.pathname)
    if (path === '' || path === '/') throw badUrl(text)
    const database = parseDatabase(url.searchParams.get('db') ?? '', text)
    return { address: { path }, isTls: false, username, password, database }
  }
  if (url.protocol !== 'redis:' && url.protocol !== 'rediss:') throw badUrl(text)
  const database = parseDatabase(url.searchParams.get('db') ?? url.pathname.replace('/', ''), text)
  return {
    address: {
      host: url.hostname === '' ? '127.0.0.1' : decodeURIComponent(url.hostname.replace(/^\[(.*)\]$/, '$1')),
      port: url.port === '' ? defaultPort : Number(url.port),
    },
    isTls: url.protocol === 'rediss:',
    username,
    password,
    database,
  }
}

/** `127.0.0.1:6379`, `[::1]:6379`, `/run/redis.sock`: for messages and events. */
export function addressText(address: Target['address']): string {
  if ('path' in address) return address.path
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`
}

/** The URL with `***` for its password, for people and logs; `***` alone if it is no URL. */
export function maskedUrl(text: string): string {
  if (!URL.canParse(text)) return '***'
  const url = new URL(text)
  if (url.password !== '') url.password = '***'
  return url.href
}

function parseDatabase(text: string, url: string): number {
  if (text === '') return 0
  if (!/^\d{1,6}$/.test(text)) throw badUrl(url)
  return Number(text)
}

function badUrl(text: string): OptionError {
  return new OptionError(
    'url',
    text.replace(/\/\/[^@/]*@/, '//…@'),
    'redis://[user:password@]host[:port][/database], rediss://… or unix:///path[?db=database]',
  )
}
