import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { rawPeer, until } from './peers.ts'
import { type Running, run } from './running.ts'

let running: Running
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'longwire-tls-'))
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const subject = ['-subj', '/CN=localhost', '-days', '1', '-nodes']
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
  const files = ['-keyout', keyFile, '-out', certFile]
  execFileSync('openssl', ['req', '-x509', ...key, ...files, ...subject], { stdio: 'ignore' })
  running = await run({ tls: { certFile, keyFile }, timing: { handshakeTimeoutMs: 500 } })
})

afterAll(async () => {
  await running.server.close()
  rmSync(folder, { recursive: true })
})

describe('With a certificate', () => {
  it('WebSockets and lines chat over TLS', async () => {
    expect(running.server.addresses.http).toMatch(/^https:/)
    expect(running.server.addresses.tcp).toMatch(/^tls:/)
    const web = new WebSocket(`wss://127.0.0.1:${running.httpPort}/ws?name=Ann`, {
      rejectUnauthorized: false,
    })
    const received: string[] = []
    web.on('message', (data) => received.push(String(data)))
    await once(web, 'open')
    const line = connect({ port: running.tcpPort, host: '127.0.0.1', rejectUnauthorized: false })
    let text = ''
    line.on('data', (chunk) => {
      text += chunk
    })
    await once(line, 'secureConnect')
    line.write('secret\n')
    await until('the line', () => received.includes('secret'))
    web.send('x'.repeat(60_000))
    await until('the answer', () => text.includes(`Ann: ${'x'.repeat(60_000)}\n`))
    line.end()
    web.close()
    await Promise.all([once(line, 'close'), once(web, 'close')])
  })

  it('whoever speaks plainly, or never shakes hands, is cut', async () => {
    const plain = await rawPeer(running.tcpPort)
    plain.socket.write('hello in the clear\n')
    await plain.closed
    const silent = await rawPeer(running.tcpPort)
    await silent.closed
    const secret = await rawPeer(running.httpPort)
    await secret.closed
    expect(secret.text()).toBe('')
    expect(running.log.filter(({ msg }) => msg === 'connection refused')).toHaveLength(3)
  })
})
