/**
 * What every broker promises, as tests: the promises of broker.ts, one sentence each.
 *
 * It leans on no test framework: it is given the function that registers a test, and fails by throwing an
 * `AssertionError` of `node:assert`. With Vitest, node:test, Mocha or Jest:
 *
 *     describe('my broker', () => testBroker(test, () => MyBroker.open(freshPlace())))
 */
import type { Broker } from './broker.ts'
import { closingPromises } from './conformance/closing.ts'
import { deliveryPromises } from './conformance/delivery.ts'
import { historyPromises } from './conformance/history.ts'
import { idempotencyPromises } from './conformance/idempotency.ts'
import { orderPromises } from './conformance/order.ts'
import { presencePromises } from './conformance/presence.ts'
import type { BrokerPromise } from './conformance/promise.ts'
import { recoveryPromises } from './conformance/recovery.ts'

/** All promises, in the order in which they are tested. */
const promises: readonly BrokerPromise[] = [
  ...orderPromises,
  ...deliveryPromises,
  ...historyPromises,
  ...recoveryPromises,
  ...idempotencyPromises,
  ...presencePromises,
  ...closingPromises,
]

/**
 * Registers one test for each promise.
 *
 * @param test registers a test: its name, and what it does
 * @param open makes a broker without any streams, new for each test; the suite closes it
 */
export function testBroker(
  test: (name: string, run: () => Promise<void>) => void,
  open: () => Broker | Promise<Broker>,
): void {
  for (const { sentence, check } of promises) {
    test(sentence, async () => {
      const broker = await open()
      try {
        await check(broker)
      } finally {
        await broker.close()
      }
    })
  }
}
