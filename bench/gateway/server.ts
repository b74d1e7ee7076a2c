/** A measured gateway with the Redis behind it: the gateway on a core of its own, Redis beside the load. */
import { BenchError } from '../bench-error.ts'
import { type Cores, pinned } from '../cores.ts'
import { freePort } from '../free-port.ts'
import { fill } from '../redis/dataset.ts'
import { startRedisServer } from '../redis/redis-server.ts'
import { ServerProcess } from '../server-process.ts'
import type { Peer, PreparedPeer } from './peer.ts'
import { type Workload, workloadKey } from './workloads.ts'

export interface GatewayServer extends AsyncDisposable {
  readonly server: ServerProcess
  readonly redis: ServerProcess
  readonly cores: Cores
  readonly prefix: string
  urlOf(path: string): string
}

/**
 * Starts both, with the key that the workload needs.
 *
 * @throws BenchError `server-failed`
 */
export async function startGateway(
  peer: Peer,
  prepared: PreparedPeer,
  cores: Cores,
  { value }: Workload,
): Promise<GatewayServer> {
  const redis = await startRedisServer(cores.load)
  try {
    await fill(Number(redis.address.port), { keys: [workloadKey], values: [`"${value}"`] })
    const http = await freePort()
    const command = pinned(prepared.commandFor({ http, redis: Number(redis.address.port) }), cores.server)
    const address = new URL(`http://127.0.0.1:${http}`)
    const server = await ServerProcess.start(peer.name, command, (line) =>
      prepared.isReady(line) ? address : undefined,
    )
    return {
      server,
      redis,
      cores,
      prefix: peer.prefix,
      urlOf: (path) => address.origin + peer.prefix + path,
      [Symbol.asyncDispose]: async () => {
        await server[Symbol.asyncDispose]()
        await redis[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    await redis[Symbol.asyncDispose]()
    throw error
  }
}

/**
 * Looks at what it answers.
 *
 * @throws BenchError `server-failed` where that is not what all of them have to
 */
export async function requireExpectedBody(gateway: GatewayServer, workload: Workload): Promise<void> {
  const response = await fetch(gateway.urlOf(workload.path))
  const body = await response.text()
  if (response.status === 200 && body === expectedBody(workload)) return
  const answer = `${response.status} ${body.slice(0, 200)}`
  throw new BenchError('server-failed', `${gateway.server.name} answers ${workload.path} with ${answer}`)
}

/** What all of them have to answer. */
export function expectedBody({ path, value }: Workload): string {
  return JSON.stringify(path.startsWith('/SET') ? { SET: [true, 'OK'] } : { GET: value })
}
