import { expect, test } from 'vitest'
import { parseExactly, writtenNumber } from '../../../src/transports/exact-json.ts'
import { randomSource } from '../../random-source.ts'

test.each([
  ...['0', '-0', '-0.0', '0.0', '1.10', '-0.5', '1e2', '1E+2', '5e-324', '1e400', '9007199254740993'],
  ...['0.000001', '0.0000001', '123456789.123456789', '0.1234567890123456789', '1234567890123456.5'],
])('the number %s is written as it was, by itself and within', (number) => {
  expect(writtenNumber(parseExactly(number))).toBe(number)
  const text = `{"list":[${number},"x"],"deep":{"n":${number}}}`
  expect(JSON.stringify(parseExactly(text))).toBe(text)
})

test('so is any number, whatever its digits', () => {
  const random = randomSource(11)
  const digits = (most: number): string =>
    Array.from({ length: 1 + Math.floor(random() * most) }, () => Math.floor(random() * 10)).join('')
  for (let round = 0; round < 20_000; round++) {
    const whole = digits(19).replace(/^0+(?=\d)/, '')
    const fraction = random() < 0.5 ? '' : `.${digits(12)}`
    const exponent = random() < 0.8 ? '' : `e${random() < 0.5 ? '-' : ''}${digits(2)}`
    const number = `${random() < 0.3 ? '-' : ''}${whole}${fraction}${exponent}`
    expect(writtenNumber(parseExactly(number))).toBe(number)
  }
})

test('what is no number has no digits', () => {
  for (const text of ['"1.10"', 'null', 'true', '[1.10]', '{"rawJSON":"1"}'])
    expect(writtenNumber(parseExactly(text))).toBeUndefined()
})
