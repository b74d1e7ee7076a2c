/** A room the short way: the `ws` package's own broadcast recipe, one `send` per member and message. */
import type { AddressInfo } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })

server.on('connection', (socket) => {
  socket.on('error', (error) => console.error(error.message))
  socket.on('message', (data, isBinary) => {
    for (const member of server.clients) {
      if (member.readyState === WebSocket.OPEN) member.send(data, { binary: isBinary })
    }
  })
})

server.on('listening', () => {
  const { port } = server.address() as AddressInfo
  console.log(`listening on http://127.0.0.1:${port}`)
})
