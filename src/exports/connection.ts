/** `longwire/connection`: the kernel, and TCP, TLS and Unix sockets to use it with. */
export { Backoff, type BackoffOptions, defaultBackoff } from '../connection/backoff.ts'
export { type Cause, causes, type Ending, type Evidence } from '../connection/cause.ts'
export { type Clock, systemClock } from '../connection/clock.ts'
export type { Codec, CodecControl } from '../connection/codec.ts'
export { Connection } from '../connection/connection.ts'
export { type Dialer, type DialOptions, dial } from '../connection/dial.ts'
export {
  ConnectionClosedError,
  LongwireError,
  MessageTooLargeError,
  OptionError,
  ProtocolError,
  QueueFullError,
  TimeoutError,
} from '../connection/errors.ts'
export type { Handler } from '../connection/handler.ts'
export {
  type ConnectionOptions,
  connectionOptions,
  defaultConnectionOptions,
  type OverflowPolicy,
  sharedOptions,
  type WritesAfter,
} from '../connection/options.ts'
export {
  type Admission,
  type Member,
  type RefusalReason,
  RefusedError,
  Registry,
  type RegistryLimits,
  refusals,
} from '../connection/registry.ts'
export { type TimerOwner, TimerWheel, WheelTimer } from '../connection/timer-wheel.ts'
export { TokenBucket } from '../connection/token-bucket.ts'
export { type Bytes, sizeOf, type Transport, type TransportSink } from '../connection/transport.ts'
export { type Line, LineCodec, type LineCodecOptions } from '../transports/lines.ts'
export {
  type DialTcpOptions,
  dialTcp,
  type Listener,
  type ListenTcpOptions,
  listenTcp,
} from '../transports/tcp.ts'
