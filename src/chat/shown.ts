/** Publications and clients as applications see them: values, not JSON text. */
import type { BrokerPublication } from '../broker/broker.ts'
import type { ClientInfo } from './client-info.ts'

export interface ShownInfo {
  readonly client: string
  readonly user: string
  /** What the connection's handler said about the person. */
  readonly connInfo?: unknown
  /** What the subscription's handler said. */
  readonly chanInfo?: unknown
}

export interface ShownPublication {
  /** 0: it was not kept. */
  readonly offset: number
  readonly data: unknown
  /** Who published it, where that was a client. */
  readonly info?: ShownInfo
  readonly tags?: Readonly<Record<string, string>>
  /** Milliseconds since the Unix epoch. */
  readonly time: number
}

export function shownPublication({ offset, data, meta, time }: BrokerPublication): ShownPublication {
  const { info, tags } = (meta === undefined ? {} : JSON.parse(meta)) as {
    info?: { client: string; user: string; conn_info?: unknown; chan_info?: unknown }
    tags?: Readonly<Record<string, string>>
  }
  return {
    offset,
    data: JSON.parse(data),
    time,
    ...(info === undefined
      ? {}
      : {
          info: {
            client: info.client,
            user: info.user,
            ...(info.conn_info === undefined ? {} : { connInfo: info.conn_info }),
            ...(info.chan_info === undefined ? {} : { chanInfo: info.chan_info }),
          },
        }),
    ...(tags === undefined ? {} : { tags }),
  }
}

export function shownInfo({ client, user, connInfo, chanInfo }: ClientInfo): ShownInfo {
  return {
    client,
    user,
    ...(connInfo === undefined ? {} : { connInfo: JSON.parse(connInfo) }),
    ...(chanInfo === undefined ? {} : { chanInfo: JSON.parse(chanInfo) }),
  }
}

/** The other way round, for what an application shows. */
export function clientInfoOf({ client, user, connInfo, chanInfo }: ShownInfo): ClientInfo {
  return {
    client,
    user,
    ...(connInfo === undefined ? {} : { connInfo: JSON.stringify(connInfo) }),
    ...(chanInfo === undefined ? {} : { chanInfo: JSON.stringify(chanInfo) }),
  }
}
