/** `longwire/gateway`: Redis over HTTP, as handlers for any carrier, and a carrier of their own. */
export type { Authorize, CommandWords, Refusal } from '../gateway/authorize.ts'
export { type CommandUrlOptions, commandUrls } from '../gateway/command-url/style.ts'
export { isDangerous } from '../gateway/danger.ts'
export { Databases } from '../gateway/databases.ts'
export type {
  GatewayHandler,
  GatewayReply,
  GatewayRequest,
  ReplyHeaders,
  ReplyStream,
} from '../gateway/exchange.ts'
export { defaultHttpOptions, HttpMember, type HttpOptions, httpServer } from '../transports/http/serve.ts'
export { type Listener, type ListenTcpOptions, listenTcp } from '../transports/tcp.ts'
