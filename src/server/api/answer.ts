/** Carries out one call, and counts it: what every way to an operation goes through. */
import { performance } from 'node:perf_hooks'
import { failureOf } from './errors.ts'
import type { ApiErrorReply } from './fields.ts'
import type { ApiServices, Operation } from './operation.ts'
import { checked } from './request.ts'

export type Outcome = { readonly result: unknown } | { readonly error: ApiErrorReply }

/** `undefined` parameters: the call came without a body. Never rejects. */
export async function answer(
  { name, request, run }: Operation,
  parameters: unknown,
  services: ApiServices,
): Promise<Outcome> {
  const startedAt = performance.now()
  let outcome: Outcome
  try {
    outcome = { result: await run(services, checked(request, parameters)) }
  } catch (error) {
    const { reply, isOurs } = failureOf(error)
    if (isOurs) services.failed(error, name)
    outcome = { error: reply }
  }
  services.counts.note(name, 'error' in outcome ? outcome.error.code : 0, performance.now() - startedAt)
  return outcome
}
