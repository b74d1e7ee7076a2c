import { expect, test } from 'vitest'
import { OptionError } from '../../../src/connection/errors.ts'
import {
  completeServer,
  completeSettings,
  defaultPoolSettings,
  type PoolOptions,
} from '../../../src/redis/options.ts'

test('nothing said means the defaults', () => {
  expect(completeSettings({})).toEqual(defaultPoolSettings)
})

test('what depends on the size follows it', () => {
  expect(completeSettings({ size: 3 })).toMatchObject({ size: 3, maxIdle: 3, overflow: 3, minIdle: 1 })
})

test.each([
  [{ size: 0 }, 'size'],
  [{ size: 1.5 }, 'size'],
  [{ size: '10' }, 'size'],
  [{ size: 2, minIdle: 3 }, 'minIdle'],
  [{ whenExhausted: 'panic' }, 'whenExhausted'],
  [{ whenDown: 'pray' }, 'whenDown'],
  [{ waitTimeoutMs: -1 }, 'waitTimeoutMs'],
  [{ waitTimeoutMs: Number.NaN }, 'waitTimeoutMs'],
  [{ protocol: 4 }, 'protocol'],
  [{ clientName: 'with blank' }, 'clientName'],
  [{ comandTimeoutMs: 5 }, 'comandTimeoutMs'],
])('%j is refused, and %s is named', (options, key) => {
  expect(() => completeSettings(options as PoolOptions)).toThrow(OptionError)
  expect(() => completeSettings(options as PoolOptions)).toThrow(key)
})

test('single keys go before the URL', () => {
  const server = completeServer({ url: 'redis://a:b@h:1/2', port: 7, database: 3, password: 'c' })
  expect(server).toMatchObject({ address: { host: 'h', port: 7 }, database: 3, username: 'a', password: 'c' })
  expect(completeServer({ url: 'redis://h', path: '/run/x' }).address).toEqual({ path: '/run/x' })
  expect(completeServer({}).address).toEqual({ host: '127.0.0.1', port: 6379 })
})

test('TLS by the URL, by the key, and not', () => {
  expect(completeServer({ url: 'rediss://h' }).tls).toEqual({})
  expect(completeServer({ url: 'redis://h', tls: { servername: 'x' } }).tls).toEqual({ servername: 'x' })
  expect(completeServer({ url: 'rediss://h', tls: false }).tls).toBeUndefined()
})
