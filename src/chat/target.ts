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
