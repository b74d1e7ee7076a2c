import type { Centrifuge, Options } from 'centrifuge'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { client, publicTransports } from '../clients.ts'
import { protobufClient } from '../protobuf-client.ts'
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

type CreateClient = (port: number, options: Partial<Options> | undefined) => Centrifuge

const ways: readonly (readonly [string, CreateClient])[] = [
  ...publicTransports.map(
    (transport) =>
      [transport, (port, options) => client(port, options, transport)] as const satisfies [
        string,
        CreateClient,
      ],
  ),
  ['websocket-protobuf', protobufClient],
]

describe.each(ways)('The public client in Node over %s', (_way, create) => {
  it.each(Object.keys(behaviours) as BehaviourName[])('%s', async (name) => {
    const { run, expected } = behaviours[name]
    const seen = await run({
      client: (options) => {
        const created = create(server.port, options)
        clients.push(created)
        return created
      },
      server: server.actions,
    })
    expect(seen).toEqual(expected)
  })
})
