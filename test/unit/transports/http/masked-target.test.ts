import { expect, it } from 'vitest'
import { maskedTarget } from '../../../../src/transports/http/masked-target.ts'

it.each([
  ['/ws?room=a&token=eyJh.x.y&name=Ann', '/ws?room=a&token=***&name=Ann'],
  ['/ws?room=$b&room_token=a.b.c', '/ws?room=$b&room_token=***'],
  ['/ws?token=a&token=b', '/ws?token=***&token=***'],
  ['/connection/sse?cf_connect=%7B%22token%22%3A1%7D', '/connection/sse?cf_connect=***'],
  ['/GET/key?_token=lw_1', '/GET/key?_token=***'],
  ['/ws?room=token=1', '/ws?room=token=1'],
  [undefined, undefined],
])('What a log keeps of %s holds no token', (target, kept) => {
  expect(maskedTarget(target)).toBe(kept)
})
