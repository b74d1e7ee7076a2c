/**
 * Tells whoever waits for a connection of its own to ask again where the server's work is done now. Stays inside the
 * pool: callers wait on.
 */
export class ElsewhereError extends Error {
  constructor() {
    super('The work of this server is done elsewhere now.')
    this.name = new.target.name
  }
}
