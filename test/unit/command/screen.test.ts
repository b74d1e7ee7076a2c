import { expect, it } from 'vitest'
import { bytesText, countText, durationText } from '../../../bin/redis/amounts.ts'
import { Screen } from '../../../bin/redis/screen.ts'

function output(more: { isTTY?: boolean; columns?: number; rows?: number }) {
  const written: string[] = []
  return { ...more, written, write: (text: string) => written.push(text) }
}

it('a terminal is drawn over in place, cut to its size, and gets its cursor back', () => {
  const terminal = output({ isTTY: true, columns: 10, rows: 4 })
  {
    using screen = new Screen(terminal)
    screen.draw(['a line that is too long', 'b', 'c', 'd'])
    screen.draw(['x'])
  }
  expect(terminal.written).toEqual([
    '\x1b[?25l\x1b[2J\x1b[Ha line tha\x1b[K\nb\x1b[K\nc\x1b[K\n\x1b[J',
    '\x1b[Hx\x1b[K\n\x1b[J',
    '\x1b[?25h',
  ])
})

it('a file gets one table after the other, whole and without control characters', () => {
  const file = output({})
  {
    using screen = new Screen(file)
    screen.draw(['one'], () => 'styled')
    screen.draw(['two'])
  }
  expect(file.written).toEqual(['one\n', '\ntwo\n'])
})

it('amounts are told as people read them', () => {
  expect([0.214, 12.3, 3400, 300_000, 12_000_000, 187_200_000].map(durationText)).toEqual([
    ...['0.21 ms', '12 ms', '3.4 s', '5 min', '3 h 20 min', '2 d 4 h'],
  ])
  expect([17, 1229, 1_258_291, 3 * 1024 ** 4].map(bytesText)).toEqual([
    '17 B',
    '1.2 KiB',
    '1.2 MiB',
    '3.0 TiB',
  ])
  expect(countText(12345)).toBe('12,345')
})
