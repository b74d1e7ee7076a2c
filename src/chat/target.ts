/** Whom an order is for: all sessions of a user, or one session. */
export type Target = { readonly user: string } | { readonly client: string }
