/** What the query of a command URL may ask for: a closed list; other keys are ignored. */
import type { Encoding } from '../json.ts'
import { type Format, isContentType, value } from './formats.ts'
import { CommandUrlError } from './parse.ts'

export interface Wishes {
  /** `?type=some/thing`: the value itself with this content type. */
  readonly format: Format | undefined
  /** `?jsonp=f` or `?callback=f`: the JSON as a call of this function. */
  readonly callback: string | undefined
  /** `?strict`: a missing value is a 404, also in JSON. */
  readonly isStrict: boolean
  /** `?encoding=base64`: strings of the JSON are base64. */
  readonly encoding: Encoding
}

export const noWishes: Wishes = {
  format: undefined,
  callback: undefined,
  isStrict: false,
  encoding: 'text',
}

/** Throws {@link CommandUrlError} for values that cannot be. */
export function wishesOf(query: string): Wishes {
  const search = new URLSearchParams(query)
  const type = search.get('type')
  const callback = search.get('jsonp') ?? search.get('callback') ?? undefined
  const encoding = search.get('encoding') ?? 'text'
  const strict = search.get('strict')
  if (type !== null && !isContentType(type))
    throw new CommandUrlError('type must be a content type like text/plain.')
  if (callback !== undefined && !/^[\w$.[\]]{1,128}$/.test(callback)) {
    throw new CommandUrlError("The callback must be a function's name.")
  }
  if (encoding !== 'text' && encoding !== 'base64') throw new CommandUrlError('encoding is text or base64.')
  return {
    format: type === null ? undefined : value(type),
    callback,
    isStrict: strict !== null && strict !== '0' && strict !== 'false',
    encoding,
  }
}
