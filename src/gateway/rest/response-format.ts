/**
 * How the client of the REST style wants its replies: JSON, in which strings may be base64 (`Upstash-Encoding: base64`), or
 * RESP2 (`Upstash-Response-Format: resp2`), which transactions do not have.
 */
import type { GatewayRequest } from '../exchange.ts'
import type { Encoding } from '../json.ts'
import { RestRequestError } from './request.ts'

export interface ResponseFormat {
  readonly isResp: boolean
  /** Of strings in JSON. */
  readonly encoding: Encoding
}

/** Throws {@link RestRequestError} where there is no such format. */
export function formatOf(request: GatewayRequest): ResponseFormat {
  const encoding = request.header('upstash-encoding')?.toLowerCase() === 'base64' ? 'base64' : 'text'
  const format = request.header('upstash-response-format')?.toLowerCase() ?? 'json'
  if (format !== 'json' && format !== 'resp2')
    throw new RestRequestError('Upstash-Response-Format is json or resp2.')
  const isResp = format === 'resp2'
  if (isResp && encoding === 'base64')
    throw new RestRequestError(
      'RESP2 is bytes as they are: leave out Upstash-Encoding: base64, or ask for JSON.',
    )
  return { isResp, encoding }
}
