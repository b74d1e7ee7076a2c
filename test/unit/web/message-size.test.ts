import { describe, expect, it } from 'vitest'
import { messageSize } from '../../../web/text/message-size.ts'

describe('the size of a message', () => {
  it('is no matter while there is room, or while the limit is not known', () => {
    expect(messageSize('x'.repeat(89), 100)).toEqual({ isTooLong: false, warning: undefined })
    expect(messageSize('x'.repeat(1_000), undefined)).toEqual({ isTooLong: false, warning: undefined })
  })

  it('is told when it comes near the limit, in bytes and not in letters', () => {
    expect(messageSize('x'.repeat(95), 100)).toEqual({ isTooLong: false, warning: '5 bytes left.' })
    expect(messageSize('é'.repeat(48), 100)).toEqual({ isTooLong: false, warning: '4 bytes left.' })
    expect(messageSize('x'.repeat(100), 100)).toEqual({ isTooLong: false, warning: '0 bytes left.' })
  })

  it('is too much beyond the limit', () => {
    expect(messageSize('👍'.repeat(26), 100)).toEqual({ isTooLong: true, warning: 'Too long by 4 bytes.' })
  })

  it('counts the slash that is added to a text that begins with one', () => {
    expect(messageSize(`/${'x'.repeat(99)}`, 100).isTooLong).toBe(true)
  })
})
