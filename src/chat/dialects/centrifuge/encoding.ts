/** What a client asks to speak as it opens its connection: the protocol in Protobuf, or without a word in JSON. */
import type { IncomingHttpHeaders } from 'node:http'
import { chosenSubprotocol } from '../../../transports/websocket/handshake.ts'

const protobufSubprotocol = 'centrifuge-protobuf'

/** What a WebSocket may ask for. */
export const subprotocols: readonly string[] = ['centrifuge-json', protobufSubprotocol]

/** The type of what a client sends in Protobuf without a WebSocket. */
const protobufContentType = 'application/octet-stream'

export function wantsProtobuf(headers: IncomingHttpHeaders, query: URLSearchParams): boolean {
  return (
    query.get('format') === 'protobuf' ||
    query.get('cf_protocol') === 'protobuf' ||
    headers['content-type'] === protobufContentType ||
    chosenSubprotocol(headers, subprotocols) === protobufSubprotocol
  )
}
