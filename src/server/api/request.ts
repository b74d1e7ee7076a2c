/** Checks what a call asks for against its operation's schema. */
import { z } from 'zod'
import { nearest } from '../configuration/nearest.ts'
import { ApiError } from './errors.ts'

/** Throws `ApiError` (107) with a sentence that names the field and what was expected. */
export function checked<Request>(schema: z.ZodType<Request>, parameters: unknown): Request {
  const parsed = schema.safeParse(parameters ?? {})
  if (parsed.success) return parsed.data
  const known = schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
  throw new ApiError('bad-request', faultOf(parsed.error, known))
}

function faultOf({ issues }: z.ZodError, known: readonly string[]): string {
  const faults = issues.flatMap((issue) => {
    const path = issue.path.map(String)
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => unknownField([...path, key], known))
    const expectation = issue.message.replace(/^Invalid (input|option): /, '')
    return `${path.length === 0 ? 'the body' : path.join('.')}: ${expectation}`
  })
  return `${faults.join('; ')}.`
}

function unknownField(path: readonly string[], known: readonly string[]): string {
  const near = path.length === 1 ? nearest(path[0]!, known) : undefined
  return `${path.join('.')}: there is no such field${near === undefined ? '' : ` (did you mean "${near}"?)`}`
}
