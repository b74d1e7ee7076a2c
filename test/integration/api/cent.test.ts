import { CentClient } from 'cent.js'
import { expect, it } from 'vitest'
import { run } from '../server/running.ts'
import { Caller } from './caller.ts'

it('the public client of the HTTP API, cent.js, works as it is', async () => {
  const caller = new Caller()
  const running = await run({ rooms: { historySize: 10 }, api: { keys: [caller.hash] } })
  const cent = new CentClient({ url: `http://127.0.0.1:${running.httpPort}/api`, apiKey: caller.key })
  const { epoch } = await cent.publish({ channel: 'news', data: { text: 'one' }, tags: { kind: 'a' } })
  await cent.broadcast({ channels: ['news', 'other'], data: { text: 'two' } })
  expect(await cent.getHistory({ channel: 'news', limit: 5 })).toEqual({
    publications: [
      { data: { text: 'one' }, offset: 1, tags: { kind: 'a' } },
      { data: { text: 'two' }, offset: 2 },
    ],
    offset: 2,
    epoch,
  })
  expect(await cent.getPresence({ channel: 'news' })).toEqual({ presence: {} })
  expect(await cent.getPresenceStats({ channel: 'news' })).toEqual({ num_clients: 0, num_users: 0 })
  expect(await cent.getChannels({ pattern: '*' })).toEqual({ channels: {} })
  expect((await cent.getInfo()).nodes).toHaveLength(1)
  await cent.subscribe({ user: 'ann', channel: 'news' })
  await cent.unsubscribe({ user: 'ann', channel: 'news' })
  await cent.refresh({ user: 'ann' })
  await cent.disconnect({ user: 'ann' })
  await cent.removeHistory({ channel: 'news' })
  await expect(cent.publish({ channel: 'a b', data: {} })).rejects.toThrow()
  await running.server.close()
})
