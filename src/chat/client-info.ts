/** Who stands behind a session, as the members of its rooms may know it. */
export interface ClientInfo {
  /** Identifies the session. */
  readonly client: string
  /** Identifies the person; empty: unknown. */
  readonly user: string
  /** JSON about the person, from the connection. */
  readonly connInfo?: string | undefined
  /** JSON about the person in this room. */
  readonly chanInfo?: string | undefined
}

/** As the Centrifuge protocol writes it. */
export function encodeClientInfo({ client, user, connInfo, chanInfo }: ClientInfo): string {
  let text = `{"client":${JSON.stringify(client)},"user":${JSON.stringify(user)}`
  if (connInfo !== undefined) text += `,"conn_info":${connInfo}`
  if (chanInfo !== undefined) text += `,"chan_info":${chanInfo}`
  return `${text}}`
}
