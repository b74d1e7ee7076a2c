import { describe, expect, test } from 'vitest'
import { OptionError } from '../../../src/connection/errors.ts'
import { addressText, parseRedisUrl } from '../../../src/redis/url.ts'

const plain = { isTls: false, username: undefined, password: undefined, database: 0 }

test.each([
  ['redis://example.com', { ...plain, address: { host: 'example.com', port: 6379 } }],
  ['redis://', { ...plain, address: { host: '127.0.0.1', port: 6379 } }],
  ['redis://h:7000/3', { ...plain, address: { host: 'h', port: 7000 }, database: 3 }],
  ['redis://h?db=4', { ...plain, address: { host: 'h', port: 6379 }, database: 4 }],
  ['redis://[::1]:7000', { ...plain, address: { host: '::1', port: 7000 } }],
  [
    'redis://user:p%40ss@h',
    { ...plain, address: { host: 'h', port: 6379 }, username: 'user', password: 'p@ss' },
  ],
  ['redis://:secret@h', { ...plain, address: { host: 'h', port: 6379 }, password: 'secret' }],
  ['rediss://h', { ...plain, address: { host: 'h', port: 6379 }, isTls: true }],
  ['unix:///run/redis.sock', { ...plain, address: { path: '/run/redis.sock' } }],
  ['unix:///run/my%20redis.sock?db=2', { ...plain, address: { path: '/run/my redis.sock' }, database: 2 }],
])('%s', (url, target) => {
  expect(parseRedisUrl(url)).toEqual(target)
})

describe('what is no such URL', () => {
  test.each(['http://h', 'h:6379', 'redis://h/x', 'redis://h:99999', 'unix://', 'redis://h/-1'])(
    '%s is refused',
    (url) => {
      expect(() => parseRedisUrl(url)).toThrow(OptionError)
    },
  )

  test('is told without its password', () => {
    expect(() => parseRedisUrl('http://user:topsecret@h')).toThrow(/^(?!.*topsecret)/)
  })
})

test('addresses as people write them', () => {
  expect(addressText({ host: '::1', port: 1 })).toBe('[::1]:1')
  expect(addressText({ host: 'h', port: 1 })).toBe('h:1')
  expect(addressText({ path: '/x' })).toBe('/x')
})
