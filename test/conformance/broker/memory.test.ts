import { describe, test } from 'vitest'
import { testBroker } from '../../../src/broker/conformance.ts'
import { MemoryBroker } from '../../../src/broker/memory/memory.ts'

describe('the broker in memory', () => {
  testBroker(test, () => new MemoryBroker())
})
