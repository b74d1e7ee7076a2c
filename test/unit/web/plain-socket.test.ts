import { describe, expect, it } from 'vitest'
import { escapePlain, plainTransport, plainUrl, type Socket } from '../../../web/link/plain-socket.ts'
import type { LineEnding, LineEvent } from '../../../web/link/transport.ts'

class FakeSocket implements Socket {
  readonly sent: string[] = []
  isClosed = false
  readonly #listeners = new Map<string, (event: never) => void>()

  addEventListener(type: string, listener: (event: never) => void): void {
    this.#listeners.set(type, listener)
  }

  emit(type: 'message', event: { data: unknown }): void
  emit(type: 'close', event: { code: number; reason: string }): void
  emit(type: string, event: unknown): void {
    this.#listeners.get(type)?.(event as never)
  }

  send(text: string): void {
    this.sent.push(text)
  }

  close(): void {
    this.isClosed = true
  }
}

function connect(askRefusal?: (url: string) => Promise<string | undefined>) {
  const socket = new FakeSocket()
  const events: LineEvent[] = []
  const endings: LineEnding[] = []
  const transport = plainTransport('http://host/', () => socket, askRefusal)
  const line = transport.connect(
    { room: 'lobby', name: 'Ann' },
    { event: (event) => events.push(event), ended: (ending) => endings.push(ending) },
  )
  return { socket, line, events, endings }
}

const welcome = JSON.stringify({ welcome: { room: 'lobby', name: 'Ann', members: [], limits: {} } })

describe('the chat over a WebSocket', () => {
  it('enters where and as who it is told, at the address of the page', () => {
    expect(plainUrl('http://127.0.0.1:9999/?room=x#y', { room: 'a b&c', name: 'Änn' })).toBe(
      'ws://127.0.0.1:9999/ws?room=a+b%26c&name=%C3%84nn&format=json',
    )
  })

  it('says what the page has had of the room', () => {
    const since = { offset: 7, epoch: 'a+b' }
    expect(plainUrl('http://127.0.0.1/', { room: 'lobby', name: undefined, since })).toBe(
      'ws://127.0.0.1/ws?room=lobby&format=json&since=7&epoch=a%2Bb',
    )
  })

  it('is encrypted where the page is, and leaves out a name that is not there', () => {
    expect(plainUrl('https://chat.example/', { room: 'lobby', name: undefined })).toBe(
      'wss://chat.example/ws?room=lobby&format=json',
    )
  })

  it('shows the token with which somebody enters', () => {
    expect(plainUrl('https://chat.example/', { room: 'lobby', name: undefined, token: 'a.b' })).toBe(
      'wss://chat.example/ws?room=lobby&token=a.b&format=json',
    )
  })

  it('doubles a slash in front, so that text is never taken for a command', () => {
    expect(['hello', '/who', '//x', ' /y'].map(escapePlain)).toEqual(['hello', '//who', '///x', ' /y'])
  })

  it('turns requests into commands', () => {
    const { socket, line } = connect()
    line.say('hello')
    line.join('harbour')
    line.rename('Anna')
    line.askMembers()
    line.askRooms()
    line.askHelp()
    line.order('/ban Eve 1h')
    const commands = ['/join harbour', '/nick Anna', '/who', '/rooms', '/help', '/ban Eve 1h']
    expect(socket.sent).toEqual(['hello', ...commands])
  })

  it('tells what it hears, and passes over what it does not know', () => {
    const { socket, events } = connect()
    socket.emit('message', { data: welcome })
    socket.emit('message', { data: '{"weather":"fine"}' })
    socket.emit('message', { data: new ArrayBuffer(4) })
    expect(events.map(({ kind }) => kind)).toEqual(['welcome'])
  })

  it('tells how it ended, and whether it had been welcomed', async () => {
    const first = connect()
    first.socket.emit('close', { code: 1006, reason: '' })
    await Promise.resolve()
    expect(first.endings).toEqual([{ code: 1006, reason: '', wasWelcomed: false }])
    const second = connect()
    second.socket.emit('message', { data: welcome })
    second.socket.emit('close', { code: 1001, reason: 'drain' })
    expect(second.endings).toEqual([{ code: 1001, reason: 'drain', wasWelcomed: true }])
  })

  it('asks why, where it never came to be, and is turned away where there is a reason', async () => {
    const asked: string[] = []
    const refused = connect((url) => {
      asked.push(url)
      return Promise.resolve('You are banned.')
    })
    refused.socket.emit('close', { code: 1006, reason: '' })
    await expect
      .poll(() => refused.endings)
      .toEqual([{ code: 1008, reason: 'You are banned.', wasWelcomed: false }])
    expect(asked).toEqual(['ws://host/ws?room=lobby&name=Ann&format=json'])
    const gone = connect(() => Promise.resolve('You are banned.'))
    gone.socket.emit('close', { code: 1006, reason: '' })
    gone.line.hangUp()
    const told = connect(() => Promise.reject(new Error('Nobody asks who was told.')))
    told.socket.emit('close', { code: 1008, reason: 'Go.' })
    expect(told.endings).toEqual([{ code: 1008, reason: 'Go.', wasWelcomed: false }])
    await new Promise((resolve) => setImmediate(resolve))
    expect(gone.endings).toEqual([])
  })

  it('is silent once it has hung up', () => {
    const { socket, line, events, endings } = connect()
    line.hangUp()
    socket.emit('message', { data: welcome })
    socket.emit('close', { code: 1006, reason: '' })
    expect(socket.isClosed).toBe(true)
    expect([events, endings]).toEqual([[], []])
  })
})
