/** A room of Socket.IO with its default settings. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server } from 'socket.io'

const room = 'bench'
const httpServer = createServer()
const server = new Server(httpServer)

server.on('connection', (socket) => {
  void socket.join(room)
  socket.on('message', (text: string) => {
    server.to(room).emit('message', text)
  })
})

httpServer.listen(0, '127.0.0.1', () => {
  const { port } = httpServer.address() as AddressInfo
  console.log(`listening on http://127.0.0.1:${port}`)
})
