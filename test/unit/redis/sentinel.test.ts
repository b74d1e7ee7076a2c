/** What sentinels say, and the options of pools behind them. */
import { describe, expect, test } from 'vitest'
import { createPool } from '../../../src/redis/create-pool.ts'
import { ReplyError } from '../../../src/redis/errors.ts'
import { readAnswer } from '../../../src/redis/sentinel/answer.ts'

describe('a sentinel answers', () => {
  test('with the address, the configuration and its others, in RESP2', () => {
    const answer = readAnswer('m', [
      ['10.0.0.1', '6379'],
      ['name', 'm', 'config-epoch', '7'],
      [['ip', '10.0.0.9', 'port', '26379']],
    ])
    expect(answer).toEqual({
      master: { host: '10.0.0.1', port: 6379 },
      epoch: 7,
      others: [{ host: '10.0.0.9', port: 26379 }],
    })
  })

  test('the same in RESP3', () => {
    const answer = readAnswer('m', [
      ['10.0.0.1', '6379'],
      new Map([['config-epoch', '7']]),
      [
        new Map([
          ['ip', '10.0.0.9'],
          ['port', '26379'],
        ]),
      ],
    ])
    expect(answer).toMatchObject({ epoch: 7, others: [{ host: '10.0.0.9', port: 26379 }] })
  })

  test('with less where its rules allow only to ask for the address', () => {
    const refusal = new ReplyError('NOPERM no')
    expect(readAnswer('m', [['h', '1'], refusal, refusal])).toEqual({
      master: { host: 'h', port: 1 },
      epoch: 0,
      others: [],
    })
  })

  test('that it knows no such master', () => {
    expect(() => readAnswer('m', [null, new ReplyError('ERR No such master'), null])).toThrow('no master m')
  })
})

describe('options of a pool behind sentinels', () => {
  const sentinels = ['redis://127.0.0.1:26379']
  test.each([
    ['sentinels', { sentinels: [], name: 'm' }],
    ['name', { sentinels, name: '' }],
    ['url', { sentinels: ['http://x'], name: 'm' }],
    ['host', { sentinels, name: 'm', host: 'h' }],
    ['size', { sentinels, name: 'm', size: 0 }],
  ])('name the key %s where it is wrong', (key, options) => {
    expect(() => createPool(options)).toThrow(key)
  })
})
