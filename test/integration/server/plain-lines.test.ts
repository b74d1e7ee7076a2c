import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chatter, rawPeer } from './peers.ts'
import { type Running, run } from './running.ts'

let running: Running

beforeAll(async () => {
  running = await run({ limits: { messageBytes: 1000 } })
})
afterAll(() => running.server.close())

describe('TCP lines', () => {
  it('chat in the same rooms as WebSockets, shown with names', async () => {
    const web = await chatter(running.httpPort, 'name=Ann')
    const line = await rawPeer(running.tcpPort)
    await line.got('/help lists the commands.\n')
    line.socket.write('/nick Tom\nhello from a terminal\n')
    await web.got('hello from a terminal')
    await line.got('* You are Tom now.\nTom: hello from a terminal\n')
    web.socket.send('hello back')
    await line.got('Ann: hello back\n')
    line.socket.destroy()
    web.socket.close()
  })

  it('are whole however they are cut into packets, with LF or CR LF, many at once or a byte at a time', async () => {
    const web = await chatter(running.httpPort, 'name=Ann')
    const line = await rawPeer(running.tcpPort)
    line.socket.setNoDelay(true)
    line.socket.write('one\r\ntwo\n\nthr')
    await web.got('two')
    for (const byte of Buffer.from('ee ünï\n')) {
      line.socket.write(Buffer.from([byte]))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await web.got('three ünï')
    expect(web.received).toEqual(['one', 'two', 'three ünï'])
    line.socket.destroy()
    web.socket.close()
  })

  it('that are not UTF-8 are answered with an error line, and the next is fine', async () => {
    const line = await rawPeer(running.tcpPort)
    line.socket.write(Buffer.from([0xff, 0xfe, 0x0a]))
    await line.got('* A message is UTF-8 text: this one was not delivered.\n')
    line.socket.write('better\n')
    await line.got(': better\n')
    line.socket.destroy()
  })

  it('that are too long end the connection with its cause, the last words included', async () => {
    const line = await rawPeer(running.tcpPort)
    line.socket.write('x'.repeat(5000))
    await line.closed
    expect(line.text()).toContain(
      '* Goodbye (message-too-large): The message is larger than the limit of 1000 bytes.\n',
    )
    await expect
      .poll(() => running.log.filter(({ cause }) => cause === 'message-too-large'))
      .toMatchObject([{ msg: 'connection closed', kind: 'tcp' }])
  })

  it('of somebody who says something and hangs up at once are still said, the unfinished last one too', async () => {
    const web = await chatter(running.httpPort, 'name=Ann')
    const line = await rawPeer(running.tcpPort)
    line.socket.end('hello\nand goodbye')
    await web.got('and goodbye')
    expect(web.received).toEqual(['hello', 'and goodbye'])
    await line.closed
    web.socket.close()
  })
})
