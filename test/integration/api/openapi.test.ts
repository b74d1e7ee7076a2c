import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { operations } from '../../../src/server/api/operations/table.ts'
import type { Parsed } from '../server/parsed.ts'
import { type Running, run } from '../server/running.ts'

let running: Running
let document: Parsed

beforeAll(async () => {
  running = await run()
  document = await (await fetch(`http://127.0.0.1:${running.httpPort}/api/openapi.json`)).json()
})
afterAll(() => running.server.close())

describe('/api/openapi.json', () => {
  it('is OpenAPI 3.1, also where the API is off', async () => {
    const validator = new Validator()
    expect(await validator.validate(document)).toMatchObject({ valid: true })
    expect(validator.version).toBe('3.1')
    expect(document.openapi).toBe('3.1.0')
  })

  it('describes every operation, its errors, and the key that it needs', () => {
    expect(Object.keys(document.paths)).toEqual([
      ...operations.map(({ name }) => `/${name}`),
      '/batch',
      '/openapi.json',
    ])
    expect(document.security).toEqual([{ key: [] }, { authorization: [] }])
    expect(document.components.securitySchemes.key).toMatchObject({ in: 'header', name: 'X-API-Key' })
    for (const { name } of operations) {
      const { responses } = document.paths[`/${name}`].post
      expect(Object.keys(responses)).toEqual(['200', '401', '403', '413', '429', '503'])
      expect(responses['200'].content['application/json'].examples['bad-request'].value.error.code).toBe(107)
    }
  })

  it('has a reference to nothing that is not there', () => {
    const places = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map((match) => match[1]!)
    expect(places.length).toBeGreaterThan(20)
    for (const place of places) {
      expect(
        place.split('/').reduce((value, key) => value?.[key], document),
        place,
      ).toBeDefined()
    }
  })

  it.each(operations)('has an example of $name that its schemas take', ({ request, result, example }) => {
    z.parse(request, example.request)
    z.parse(result, example.result)
  })
})
