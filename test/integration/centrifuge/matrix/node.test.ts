import type { Centrifuge } from 'centrifuge'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { client, publicTransports } from '../clients.ts'
import { type BehaviourName, behaviours } from './behaviours.ts'
import { MatrixServer } from './matrix-server.ts'

let server: MatrixServer
const clients: Centrifuge[] = []

beforeEach(async () => {
  server = await MatrixServer.start()
})
afterEach(async () => {
  for (const each of clients.splice(0)) each.disconnect()
  await server[Symbol.asyncDispose]()
})

describe.each(publicTransports)('The public client in Node over %s', (transport) => {
  it.each(Object.keys(behaviours) as BehaviourName[])('%s', async (name) => {
    const { run, expected } = behaviours[name]
    const seen = await run({
      client: (options) => {
        const created = client(server.port, options, transport)
        clients.push(created)
        return created
      },
      server: server.actions,
    })
    expect(seen).toEqual(expected)
  })
})
