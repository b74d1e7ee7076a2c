import type { ChatServer } from 'longwire/chat'

declare global {
  /** Made in server.ts, before Next answers anything. */
  var longwire: ChatServer
}
