/** The JSON schema of `longwire.json`, for editors that complete and check it. */
import { z } from 'zod'
import { settingRows } from './settings.ts'

export function configurationSchema(): Record<string, unknown> {
  const properties: Record<string, Record<string, unknown>> = { $schema: { type: 'string' } }
  for (const [path, { schema, standard, description }] of settingRows) {
    const { $schema: _dialect, ...shape } = z.toJSONSchema(schema, { io: 'input' })
    const row = { description, ...(standard === undefined ? {} : { default: standard }), ...shape }
    const [first = path, second] = path.split('.')
    if (second === undefined) properties[first] = row
    else {
      properties[first] ??= { type: 'object', additionalProperties: false, properties: {} }
      ;(properties[first].properties as Record<string, unknown>)[second] = row
    }
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Longwire',
    type: 'object',
    additionalProperties: false,
    properties,
  }
}
