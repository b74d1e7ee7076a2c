/**
 * Live messages in a Next.js application: its pages and routes, and rooms on the same port, in one process.
 *
 *     npm install && npm run dev          while developing
 *     npm run build && npm start          in production
 */
import { createServer } from 'node:http'
import { ChatServer } from 'longwire/chat'
import next from 'next'

const port = Number(process.env.PORT ?? 3000)
const host = '127.0.0.1'

const server = createServer()
const app = next({ dev: process.env.NODE_ENV !== 'production', httpServer: server, hostname: host, port })
await app.prepare()
const answer = app.getRequestHandler()

const chat = new ChatServer({ roomOptions: { historySize: 100 } })
// Next bundles routes apart from this file: a module of both would be there twice. What is global is there once.
globalThis.longwire = chat

server.on('request', (request, response) => {
  if (!chat.handle(request, response)) void answer(request, response)
})
chat.attach(server)
server.listen(port, host, () => console.log('listening on', server.address()))
process.once('SIGTERM', async () => {
  await chat.close()
  await app.close()
  server.close()
})
