/** A line of the journal of sanctions: one was set, or one was lifted. */
import { z } from 'zod'
import { ModerationError } from './errors.ts'
import { type Sanction, type SanctionName, sanctionKinds } from './sanction.ts'

export type JournalEntry = { readonly set: Sanction } | { readonly lift: SanctionName }

/** The first line. A newer version is one that this one could not read. */
export const journalHead = { longwire: 'moderation', version: 1 } as const

const name = {
  kind: z.enum(Object.keys(sanctionKinds) as [keyof typeof sanctionKinds]),
  subject: z.union([
    z.strictObject({ user: z.string().min(1) }),
    z.strictObject({ address: z.string().min(1) }),
  ]),
  room: z.string().min(1).optional(),
}

const entrySchema = z.union([
  z.strictObject({
    set: z.strictObject({
      ...name,
      until: z.number().optional(),
      name: z.string().optional(),
      reason: z.string().optional(),
      by: z.string(),
      at: z.number(),
    }),
  }),
  z.strictObject({ lift: z.strictObject(name) }),
])

export function encodeEntry(entry: JournalEntry | typeof journalHead): string {
  return `${JSON.stringify(entry)}\n`
}

/** Throws {@link ModerationError} for a first line that is another's. */
export function checkHead(file: string, line: string): void {
  const head = z.looseObject({ longwire: z.literal('moderation'), version: z.number() }).safeParse(json(line))
  if (!head.success) {
    throw new ModerationError(
      'JOURNAL_CORRUPT',
      `${file}: line 1: this is no journal of sanctions. Move it away to begin anew, or restore the right one.`,
    )
  }
  if (head.data.version > journalHead.version) {
    throw new ModerationError(
      'JOURNAL_VERSION',
      `${file} was written by a newer version of Longwire (format ${head.data.version}). Use that one, or restore an older copy.`,
    )
  }
}

/** Throws {@link ModerationError} for what is none. */
export function decodeEntry(file: string, number: number, line: string): JournalEntry {
  const entry = entrySchema.safeParse(json(line))
  if (entry.success) return entry.data
  throw new ModerationError(
    'JOURNAL_CORRUPT',
    `${file}: line ${number}: this is not what was written there, and what follows may hang on it. Restore the file, or delete that line if you know what it was.`,
  )
}

function json(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    // What is no JSON is no entry; the caller says so, with its place.
    return undefined
  }
}
