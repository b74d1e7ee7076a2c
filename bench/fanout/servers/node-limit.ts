/**
 * What Node's sockets can do at best: the limit server's loop in JavaScript. The frames of an event-loop turn become
 * one buffer, and each member gets one `socket.write` of it. No names, rooms, limits, heartbeats or logs, and of
 * WebSocket only what the load generator speaks: short, masked, whole text frames.
 */
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { acceptance } from '../../../src/transports/websocket/handshake.ts'

const maskBytes = 4
const headBytes = 2 + maskBytes

const members = new Set<Socket>()
let frames: Buffer[] = []

function fanOut(): void {
  const bytes = frames.length === 1 ? frames[0]! : Buffer.concat(frames)
  frames = []
  for (const member of members) member.write(bytes)
}

/** Takes the frames out of what has arrived; returns the beginning of the next. */
function takeFrames(bytes: Buffer): Buffer {
  let position = 0
  while (bytes.byteLength - position >= headBytes) {
    const textBytes = bytes[position + 1]! & 0x7f
    const end = position + headBytes + textBytes
    if (end > bytes.byteLength) break
    const frame = Buffer.allocUnsafe(2 + textBytes)
    frame[0] = bytes[position]!
    frame[1] = textBytes
    for (let index = 0; index < textBytes; index++) {
      frame[2 + index] = bytes[position + headBytes + index]! ^ bytes[position + 2 + (index % maskBytes)]!
    }
    if (frames.push(frame) === 1) setImmediate(fanOut)
    position = end
  }
  return bytes.subarray(position)
}

const server = createServer()

server.on('upgrade', (request, socket: Socket, head) => {
  let rest: Buffer = head
  socket.setNoDelay(true)
  socket.on('error', (error) => console.error(error.message))
  socket.on('close', () => members.delete(socket))
  socket.on('data', (chunk: Buffer) => {
    rest = takeFrames(rest.byteLength === 0 ? chunk : Buffer.concat([rest, chunk]))
  })
  socket.write(acceptance(request))
  members.add(socket)
})

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  console.log(`listening on http://127.0.0.1:${port}`)
})
