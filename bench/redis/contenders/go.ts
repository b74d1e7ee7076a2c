/** A pool of ten on redigo: a goroutine per caller, each command on a connection of the pool. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { compileGo } from '../../compile.ts'
import type { Contender } from '../contender.ts'
import { measureProgram } from '../measurement.ts'

const library = 'github.com/gomodule/redigo/redis'
const debianPackage = 'golang-github-gomodule-redigo-dev'

export const go: Contender = {
  name: 'go-pool',
  about: 'redigo in Go, `Pool` with `MaxActive` and `MaxIdle` 10 and `Wait`; a goroutine per caller',

  prepare() {
    const source = fileURLToPath(new URL('../programs/go/main.go', import.meta.url))
    const program = compileGo('redis-go', source, { [library]: `Debian's ${debianPackage}` })
    return {
      version: `redigo ${libraryVersion()}`,
      measure: (server, task) => measureProgram({ program, args: [] }, server, task),
    }
  },
}

function libraryVersion(): string {
  const query = spawnSync('dpkg-query', ['--show', '--showformat', '$' + '{Version}', debianPackage], {
    encoding: 'utf8',
  })
  return query.status === 0 ? query.stdout : 'from GOPATH'
}
