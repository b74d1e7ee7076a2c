import {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { journalFileIn, SanctionJournal } from '../../../../src/chat/moderation/journal.ts'
import { Moderation } from '../../../../src/chat/moderation/moderation.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longwire-'))
  file = journalFileIn(folder)
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Opens the journal, gives orders, closes it; returns what is in the file. */
async function ordered(give: (moderation: Moderation) => Promise<unknown>): Promise<string> {
  const journal = await SanctionJournal.open({ file })
  const moderation = new Moderation({ journal })
  await give(moderation)
  await moderation.close()
  await journal.close()
  return readFileSync(file, 'utf8')
}

/** Who is found in the file, and how many bytes were told as torn. */
async function found(now = Date.now()): Promise<{ users: unknown[]; torn: number }> {
  let torn = 0
  const journal = await SanctionJournal.open({
    file,
    now: () => now,
    torn: (bytes) => {
      torn += bytes
    },
  })
  const users = journal.kept.map(({ subject }) => ('user' in subject ? subject.user : subject.address))
  await journal.close()
  return { users, torn }
}

describe('The journal of sanctions', () => {
  it('keeps what was set and not lifted, with all its terms, in a file for its owner alone', async () => {
    const until = Date.now() + 3_600_000
    await ordered(async (moderation) => {
      await moderation.ban({ user: 'ann' }, { room: 'lobby', until, reason: 'spam', by: 'tom' })
      await moderation.mute({ user: 'bob' })
      await moderation.lift({ user: 'bob' })
      await moderation.mute({ address: '10.0.0.0/8' })
    })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const journal = await SanctionJournal.open({ file })
    expect(new Moderation({ journal }).list({ room: 'lobby' })).toEqual([
      {
        kind: 'ban',
        subject: { user: 'ann' },
        room: 'lobby',
        until,
        reason: 'spam',
        by: 'tom',
        at: expect.any(Number),
      },
    ])
    expect(journal.kept).toHaveLength(2)
    await journal.close()
  })

  it('cut at every byte of its last line keeps the orders before, says what it cut off, and takes new ones', async () => {
    const text = await ordered(async (moderation) => {
      await moderation.ban({ user: 'ann' }, { reason: 'ünïcode 🎉' })
      await moderation.ban({ user: 'bob' }, { reason: 'ünïcode 🎉' })
    })
    const bytes = Buffer.from(text)
    const last = bytes.lastIndexOf('\n', bytes.byteLength - 2) + 1
    expect(bytes.byteLength - last).toBeGreaterThan(50)
    for (let length = last; length < bytes.byteLength; length++) {
      writeFileSync(file, bytes.subarray(0, length))
      const { users, torn } = await found()
      expect(users).toEqual(['ann'])
      // A character that was cut counts as the mark for it.
      expect(torn > 0).toBe(length > last)
      expect(readFileSync(file)).toEqual(bytes.subarray(0, last))
    }
    await ordered((moderation) => moderation.ban({ user: 'eve' }))
    expect(await found()).toEqual({ users: ['ann', 'eve'], torn: 0 })
  })

  it('with a line in the middle that is none refuses to open, says which, and leaves the file as it was', async () => {
    const text = await ordered(async (moderation) => {
      for (const user of ['ann', 'bob', 'eve']) await moderation.mute({ user })
    })
    const lines = text.split('\n')
    for (const [index, line] of [
      [2, '{"set":{"kind":"mute"'],
      [2, '{"set":{"kind":"shout","subject":{"user":"x"},"by":"x","at":1}}'],
      [3, '[]'],
      [0, '{"longwire":"something else","version":1}'],
    ] as const) {
      const damaged = lines.with(index, line).join('\n')
      writeFileSync(file, damaged)
      await expect(found()).rejects.toMatchObject({
        code: 'JOURNAL_CORRUPT',
        message: expect.stringContaining(`${file}: line ${index + 1}: `),
      })
      expect(readFileSync(file, 'utf8')).toBe(damaged)
    }
    writeFileSync(file, lines.with(0, '{"longwire":"moderation","version":2}').join('\n'))
    await expect(found()).rejects.toMatchObject({ code: 'JOURNAL_VERSION' })
    writeFileSync(file, 'the notes of somebody, without a line break')
    await expect(found()).rejects.toMatchObject({ code: 'JOURNAL_CORRUPT' })
    // It opens again once it is mended: no lock was left behind.
    writeFileSync(file, text)
    expect((await found()).users).toEqual(['ann', 'bob', 'eve'])
  })

  it('is one process’s at a time', async () => {
    const journal = await SanctionJournal.open({ file })
    await expect(found()).rejects.toMatchObject({ code: 'STORE_LOCKED' })
    await journal.close()
    expect((await found()).users).toEqual([])
  })

  it('is written anew at the start without what has ended or was lifted, and in use when most of it is about that', async () => {
    const now = Date.now()
    await ordered(async (moderation) => {
      await moderation.mute({ user: 'ann' }, { until: now + 60_000 })
      await moderation.mute({ user: 'bob' })
    })
    expect((await found(now + 60_000)).users).toEqual(['bob'])
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(3)
    const text = await ordered(async (moderation) => {
      for (let count = 0; count < 600; count++) {
        await moderation.mute({ user: 'eve' })
        await moderation.lift({ user: 'eve' })
      }
    })
    expect(text.split('\n').length).toBeLessThan(300)
    expect((await found()).users).toEqual(['bob'])
  })

  it('that cannot be written refuses the order, which does not hold; the next is whole', async () => {
    const journal = await SanctionJournal.open({ file })
    const moderation = new Moderation({ journal })
    await moderation.mute({ user: 'ann' })
    // What a write that failed in the middle leaves behind.
    appendFileSync(file, '{"set":{"kind":"mu')
    await moderation.mute({ user: 'bob' })
    await journal.close()
    await expect(moderation.mute({ user: 'eve' })).rejects.toMatchObject({ code: 'JOURNAL_CLOSED' })
    expect(moderation.list()).toHaveLength(2)
    expect(await found()).toEqual({ users: ['ann', 'bob'], torn: 0 })
  })

  it('in a folder that cannot be is refused with what to do', async () => {
    writeFileSync(join(folder, 'a file'), '')
    file = journalFileIn(join(folder, 'a file'))
    await expect(SanctionJournal.open({ file })).rejects.toMatchObject({
      code: 'JOURNAL_UNREADABLE',
      message: expect.stringContaining('Check the path'),
    })
  })

  it('becomes its owner’s alone again where it was not', async () => {
    await ordered((moderation) => moderation.mute({ user: 'ann' }))
    chmodSync(file, 0o644)
    await found()
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })
})
