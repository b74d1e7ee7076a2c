/** Operations that look at rooms and at the server. */
import { z } from 'zod'
import { encodeClientInfo } from '../../../chat/client-info.ts'
import { RawJson } from '../../../chat/dialects/centrifuge/protocol.ts'
import type { Registrant } from '../../../chat/membership.ts'
import { version } from '../../../connection/version.ts'
import { matches } from '../../../gateway/access/glob.ts'
import { ApiError } from '../errors.ts'
import { channel, clientInfo } from '../fields.ts'
import { type ApiServices, operation } from '../operation.ts'

const count = z.int().min(0)

export const presence = operation({
  name: 'presence',
  summary: 'Tells who is in a room',
  request: z.strictObject({ channel }),
  result: z.strictObject({ presence: z.record(z.string(), clientInfo).describe('By session.') }),
  example: {
    request: { channel: 'news' },
    result: { presence: { 'e7a1…': { client: 'e7a1…', user: 'ann', conn_info: { name: 'Ann' } } } },
  },
  errors: ['not-available'],
  run: async ({ chat }, request) => {
    checkPresence(chat, request.channel)
    const present = chat.hub.presence(request.channel)
    return {
      presence: Object.fromEntries(present.map((info) => [info.client, new RawJson(encodeClientInfo(info))])),
    }
  },
})

export const presenceStats = operation({
  name: 'presence_stats',
  summary: 'Counts who is in a room',
  request: z.strictObject({ channel }),
  result: z.strictObject({
    num_clients: count,
    num_users: count.describe('Different users; each client whose user is unknown counts as one.'),
  }),
  example: { request: { channel: 'news' }, result: { num_clients: 3, num_users: 2 } },
  errors: ['not-available'],
  run: async ({ chat }, request) => {
    checkPresence(chat, request.channel)
    const { clients, users } = chat.hub.presenceStats(request.channel)
    return { num_clients: clients, num_users: users }
  },
})

export const channels = operation({
  name: 'channels',
  summary: 'Lists the rooms that have members',
  request: z.strictObject({
    pattern: z.string().max(1_000).default('').describe('Such as `news:*`; empty: all.'),
  }),
  result: z.strictObject({ channels: z.record(z.string(), z.strictObject({ num_clients: count })) }),
  example: {
    request: { pattern: 'news:*' },
    result: { channels: { 'news:sport': { num_clients: 3 } } },
  },
  run: async ({ chat }, { pattern }) => {
    const rooms = [...chat.hub.rooms].filter(([name]) => pattern === '' || matches(pattern, name))
    return { channels: Object.fromEntries(rooms.map(([name, { size }]) => [name, { num_clients: size }])) }
  },
})

export const info = operation({
  name: 'info',
  summary: 'Tells about the server',
  request: z.strictObject({}),
  result: z.strictObject({
    nodes: z.array(
      z.strictObject({
        uid: z.string().describe('Another with every start.'),
        name: z.string(),
        version: z.string(),
        num_clients: count,
        num_users: count.describe('Different users that are known.'),
        num_channels: count.describe('Rooms that have members.'),
        num_subs: count.describe('Members of all rooms; who is in two counts twice.'),
        uptime: count.describe('Seconds.'),
      }),
    ),
  }),
  example: {
    request: {},
    result: {
      nodes: [
        {
          uid: 'c9d0…',
          name: 'longwire',
          version: '0.1.0',
          num_clients: 12,
          num_users: 7,
          num_channels: 3,
          num_subs: 20,
          uptime: 3600,
        },
      ],
    },
  },
  run: async ({ chat, uptime }) => {
    const { node, clients } = chat.services
    const members = new Set<Registrant>(clients)
    let memberships = 0
    for (const room of chat.hub.rooms.values()) {
      memberships += room.size
      for (const { registrant } of room.members) members.add(registrant)
    }
    return {
      nodes: [
        {
          uid: node,
          name: 'longwire',
          version,
          num_clients: members.size,
          num_users: clients.users,
          num_channels: chat.hub.rooms.size,
          num_subs: memberships,
          uptime: Math.floor(uptime()),
        },
      ],
    }
  },
})

function checkPresence({ hub }: ApiServices['chat'], room: string): void {
  hub.checkRoom(room)
  if (!hub.optionsOf(room).presence)
    throw new ApiError('not-available', `The room ${room} does not tell presence.`)
}
