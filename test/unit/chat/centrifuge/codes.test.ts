import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  Disconnect,
  type DisconnectRow,
  disconnectOf,
  disconnects,
} from '../../../../src/chat/dialects/centrifuge/disconnects.ts'
import { commandErrors } from '../../../../src/chat/dialects/centrifuge/errors.ts'
import { unsubscribes } from '../../../../src/chat/dialects/centrifuge/unsubscribes.ts'
import { type Cause, causes, type Ending } from '../../../../src/connection/cause.ts'

const page = readFileSync(new URL('../../../../docs/centrifuge.md', import.meta.url), 'utf8')

/** The rows under a heading of the page. */
function rowsUnder(heading: string): string[] {
  const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  return section.split('\n').filter((line) => /^\| \d/.test(line))
}

describe('The tables of codes', () => {
  it('stand in the documentation as they are', () => {
    expect(rowsUnder('Errors')).toEqual(
      Object.values(commandErrors).map(
        ({ code, message, temporary, meaning }) =>
          `| ${code} | ${message} | ${temporary ? 'yes' : ''} | ${meaning} |`,
      ),
    )
    expect(rowsUnder('Disconnects')).toEqual(
      Object.values(disconnects).map(({ code, reason, meaning }) => `| ${code} | ${reason} | ${meaning} |`),
    )
    expect(rowsUnder('Unsubscribes')).toEqual(
      Object.values(unsubscribes).map(({ code, reason, meaning }) => `| ${code} | ${reason} | ${meaning} |`),
    )
  })

  it('have the codes of the protocol, each once', () => {
    const codes = (table: Readonly<Record<string, { code: number }>>): number[] =>
      Object.values(table).map(({ code }) => code)
    expect(codes(commandErrors)).toEqual(Array.from({ length: 13 }, (_, index) => 100 + index))
    expect(codes(disconnects)).toEqual([
      3000, 3001, 3004, 3005, 3006, 3008, 3009, 3010, 3011, 3012, 3013, 3500, 3501, 3502, 3503, 3504, 3505,
      3506, 3507, 3508, 3509,
    ])
    expect(codes(unsubscribes)).toEqual([2000, 2500, 2501])
  })

  it('name a cause of the kernel for each disconnect, and a disconnect for each cause', () => {
    for (const { endsWith } of Object.values<DisconnectRow>(disconnects))
      expect(causes).toHaveProperty(endsWith)
    const known = Object.values(disconnects).map(({ code }) => code as number)
    for (const cause of Object.keys(causes) as Cause[]) {
      expect(known).toContain(disconnectOf({ cause, detail: '' } as Ending).code)
    }
  })

  it('let an application give a code of its own', () => {
    const error = new Disconnect({ code: 4500, reason: 'too late' })
    expect(disconnectOf({ cause: error.endsWith, detail: '', error } as Ending)).toEqual({
      code: 4500,
      reason: 'too late',
    })
  })
})
