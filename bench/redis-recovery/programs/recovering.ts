/**
 * The process of a client whose server goes away and comes back: a few callers read a key for as long as the process
 * lives, errors or not. Each time that nothing had succeeded for a while and something does, it says when, in a line
 * of JSON.
 *
 *     node recovering.ts LIBRARY PORT
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { type LibraryName, libraries } from '../../redis/programs/libraries.ts'
import { machineNowNs } from '../clock.ts'

/** Longer than any reply takes, shorter than any outage. */
const goneAfterNs = 200e6
const callerCount = 8
/** Between a caller's commands. */
const restMs = 2

const [library, port] = process.argv.slice(2)
// The bench has checked the name. Errors of connections are what is awaited here.
const client = await libraries[library as LibraryName](Number(port), () => undefined)
let lastSuccessNs = machineNowNs()
report('connected')
for (let index = 0; index < callerCount; index++) void call()

async function call(): Promise<never> {
  for (;;) {
    try {
      await client.get('key')
      const nowNs = machineNowNs()
      if (nowNs - lastSuccessNs > goneAfterNs) report('back', nowNs)
      lastSuccessNs = nowNs
    } catch {
      // The server is away, and the client says so: the next try comes.
    }
    await sleep(restMs)
  }
}

function report(event: 'connected' | 'back', atNs?: number): void {
  process.stdout.write(`${JSON.stringify({ event, atNs })}\n`)
}
