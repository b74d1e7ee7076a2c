import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Hub } from '../../../src/chat/hub.ts'
import { Moderation } from '../../../src/chat/moderation/moderation.ts'
import { causes } from '../../../src/connection/cause.ts'
import { Registry, refusals } from '../../../src/connection/registry.ts'
import { ApiCounts } from '../../../src/server/api/counts.ts'
import { Metrics } from '../../../src/server/metrics.ts'
import { WebhookCounts } from '../../../src/server/webhooks/counts.ts'

const page = readFileSync(join(import.meta.dirname, '../../../docs/operations.md'), 'utf8')

it('docs/operations.md lists every metric as the code describes it', () => {
  const metrics = new Metrics()
  metrics.measureConnections(new Registry())
  metrics.measureChat(new Hub())
  metrics.measureModeration(new Moderation())
  metrics.measureApi(new ApiCounts())
  metrics.measureWebhooks({
    counts: new WebhookCounts(),
    state: { underWay: 0, waiting: 0, queuedEvents: 0, paused: [] },
  })
  metrics.measureGateway({ counts: new Map(), heldReplyBytes: 0 })
  const rows = metrics.rows.map(({ name, type, labelNames, help }) => {
    const labels = labelNames.map((label) => `\`${label}\``).join(', ')
    return `| \`${name}\` | ${type} | ${labels} | ${help} |`
  })
  const listed = page.split('\n').filter((line) => /^\| `longwire_\w+` \|/.test(line))
  expect(listed.toSorted()).toEqual(rows.toSorted())
})

it('docs/operations.md explains every cause, and every reason for not admitting', () => {
  const explained = [...page.matchAll(/^\| `([a-z-]+)` \| (?!counter|gauge|histogram)/gm)].map(
    (match) => match[1],
  )
  expect(explained.toSorted()).toEqual([...Object.keys(causes), ...Object.keys(refusals)].toSorted())
})
