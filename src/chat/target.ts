/** Whom an order is for: the sessions of a user, or one session. */
export type Target =
  | {
      readonly user: string
      /** Only this session, if it is theirs. */
      readonly client?: string | undefined
      /** Not these. */
      readonly except?: readonly string[] | undefined
    }
  | { readonly client: string }

/** Whether an order is for this session. Who is anonymous has no user, and is meant by client alone. */
export function isMeant(
  target: Target,
  { user, client }: { readonly user: string; readonly client: string },
): boolean {
  if (!('user' in target)) return client === target.client
  const { client: only = client, except = [] } = target
  return user !== '' && user === target.user && client === only && !except.includes(client)
}
