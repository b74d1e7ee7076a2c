/** What one token may do, as it is configured; checked and completed here, once. */
import { z } from 'zod'
import { LongwireError } from '../../connection/errors.ts'
import { isScripting } from '../danger.ts'
import { tokenHash } from './token.ts'

const command = z
  .string()
  .regex(
    /^@?[a-z][a-z0-9._-]*(\|[a-z0-9._-]+)?$/i,
    'a command (get), a subcommand (config|get) or a category (@read)',
  )
  .transform((word) => word.toUpperCase())

const rules = z.strictObject({
  /** For log lines. */
  name: z.string().min(1),
  /** Of the token; `longwire gateway token` prints it. */
  hash: z.string().regex(tokenHash, 'sha256: and 64 hexadecimal digits, as "longwire gateway token" prints'),
  /**
   * Commands and categories that may be used. What is denied by default needs to be named: the command, its
   * subcommand, or @ADMIN, @DANGEROUS, @SCRIPTING; @ALL alone doesn't allow it.
   */
  allow: z.array(command).optional(),
  /** Goes before `allow`. */
  deny: z.array(command).default([]),
  /** Patterns, as KEYS takes them, of keys that may be named. */
  keys: z.array(z.string()).optional(),
  /** Patterns of channels. Where `keys` is given and this is not: none. */
  channels: z.array(z.string()).optional(),
  /** Only commands that change nothing and publish nothing. */
  readOnly: z.boolean().default(false),
  /** The only database. */
  database: z.int().min(0).optional(),
  /** Commands a second, on average, and how many may come at once. */
  rate: z.strictObject({ perSecond: z.number().positive(), burst: z.int().min(1) }).optional(),
  /** Redis decides what this user may do; only rules that are given here come on top. */
  user: z.strictObject({ name: z.string().min(1), password: z.string() }).optional(),
})

export type AccessRules = z.infer<typeof rules>

/** The configured rules are not usable. The message says where and what is expected. */
export class AccessRulesError extends LongwireError {
  constructor(message: string) {
    super('ACCESS_RULES', message)
  }
}

/** The rule that a script would not keep; `undefined`: there is none, or Redis itself sees to the token's user. */
export function scriptsGetRound(
  rules: Pick<AccessRules, (typeof unscriptable)[number] | 'user'>,
): string | undefined {
  return rules.user === undefined ? unscriptable.find((key) => rules[key] !== undefined) : undefined
}

const unscriptable = ['keys', 'channels', 'database'] as const

/** Reads a list of rules. Throws {@link AccessRulesError}. */
export function parseRules(text: string): AccessRules[] {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new AccessRulesError(`The token rules are not JSON: ${(error as Error).message}`)
  }
  const { success, data, error } = z.array(rules).min(1).safeParse(json)
  if (!success) {
    const issue = error.issues[0]!
    throw new AccessRulesError(
      `The token rules are wrong at ${issue.path.join('.') || 'the top'}: ${issue.message}`,
    )
  }
  for (const key of ['name', 'hash'] as const) {
    const seen = new Set(data.map((one) => one[key]))
    if (seen.size < data.length) throw new AccessRulesError(`Two tokens have the same ${key}.`)
  }
  for (const one of data) {
    const limit = scriptsGetRound(one)
    const rule = one.allow?.find((word) => word === '@SCRIPTING' || isScripting(word.split('|', 1)[0]!))
    if (limit === undefined || rule === undefined) continue
    throw new AccessRulesError(
      `The token ${one.name} has "${limit}" and allows scripts (${rule.toLowerCase()}), which can get round it: give the token a "user", whose ACL in Redis binds scripts too, or take ${rule.toLowerCase()} out of "allow".`,
    )
  }
  return data
}
