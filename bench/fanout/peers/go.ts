/** A hub with two goroutines per member, on gorilla/websocket: how most chat servers in Go are built. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { compileGo } from '../../compile.ts'
import { listeningAddress, type Peer } from '../peer.ts'

const library = 'github.com/gorilla/websocket'
const debianPackage = 'golang-github-gorilla-websocket-dev'

export const go: Peer = {
  name: 'go',
  about:
    'hub and pumps on gorilla/websocket; queued messages joined into one frame with newlines (counted as ' +
    'messages), a member with 256 queued messages dropped, ping 54 s, pong 60 s',
  dialect: 'plain',
  path: '/ws',

  prepare() {
    const source = fileURLToPath(new URL('../servers/go/main.go', import.meta.url))
    const program = compileGo('fanout-go', source, { [library]: `Debian's ${debianPackage}` })
    return { command: { program, args: [] }, version: `gorilla/websocket ${libraryVersion()}` }
  },

  addressIn: listeningAddress,
}

function libraryVersion(): string {
  const query = spawnSync('dpkg-query', ['--show', '--showformat', '$' + '{Version}', debianPackage], {
    encoding: 'utf8',
  })
  return query.status === 0 ? query.stdout : 'from GOPATH'
}
