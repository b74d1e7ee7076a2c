import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { testBroker } from '../../../src/broker/conformance.ts'
import type { Durability } from '../../../src/broker/sqlite/options.ts'
import { SqliteBroker } from '../../../src/broker/sqlite/sqlite.ts'

let folder: string
let count = 0
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'longwire-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe.each<Durability>(['normal', 'full'])('the broker in SQLite, durability %s', (durability) => {
  testBroker(test, () => SqliteBroker.open({ file: join(folder, `${++count}.db`), durability }))
})
