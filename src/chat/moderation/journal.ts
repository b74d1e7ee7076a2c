/**
 * Keeps sanctions in a file: a line for each order, on the disk before the order is acknowledged. At the start the file is
 * written anew with what still holds, under another name first, so that there is a whole one at every instant.
 */
import { Buffer } from 'node:buffer'
import { type FileHandle, mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { StoreLock } from '../../broker/sqlite/lock.ts'
import { ModerationError } from './errors.ts'
import { checkHead, decodeEntry, encodeEntry, type JournalEntry, journalHead } from './journal-entry.ts'
import { holds, type Sanction, sanctionKey } from './sanction.ts'

/** The journal in a folder for what is kept. */
export function journalFileIn(folder: string): string {
  return join(folder, 'moderation.ndjson')
}

export interface JournalOptions {
  /** It is made if there is none; only its owner may read it. */
  readonly file: string
  /** Milliseconds since the Unix epoch. */
  readonly now?: () => number
  /** Told when the last line was torn, as a crash in the middle of an order leaves it: that order was not acknowledged. */
  readonly torn?: (bytes: number) => void
}

/** Lines beyond those that hold before the file is written anew. */
const spareLines = 1_000

export class SanctionJournal {
  readonly #file: string
  readonly #lock: StoreLock
  #kept: readonly Sanction[] = []
  #handle: FileHandle | undefined
  #bytes = 0
  #lines = 0
  #isClosed = false

  private constructor(file: string, lock: StoreLock) {
    this.#file = file
    this.#lock = lock
  }

  /**
   * Opens it; one process at a time can have it.
   *
   * @throws ModerationError `JOURNAL_CORRUPT`, `JOURNAL_VERSION`, `JOURNAL_UNREADABLE`; StoreError `STORE_LOCKED`
   */
  static async open({ file, now = Date.now, torn = () => {} }: JournalOptions): Promise<SanctionJournal> {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 }).catch((error) => {
      throw unreadable(file, error)
    })
    const journal = new SanctionJournal(file, new StoreLock(file))
    try {
      const text = await journal.#read()
      const end = text.lastIndexOf('\n') + 1
      // The head was whole before the file had its name.
      if (end === 0 && text !== '') checkHead(file, text)
      if (end < text.length) torn(Buffer.byteLength(text.slice(end)))
      journal.#kept = sanctionsIn(file, text.slice(0, end), now())
      await journal.#rewrite(journal.#kept)
    } catch (error) {
      await journal.close()
      throw error
    }
    return journal
  }

  /** What held when it was opened. */
  get kept(): readonly Sanction[] {
    return this.#kept
  }

  /** Where it is. */
  get file(): string {
    return this.#file
  }

  /**
   * Resolves when the entry is on the disk. To be called again when that has settled.
   *
   * @throws ModerationError `JOURNAL_FAILED`, `JOURNAL_CLOSED`; the entry is not kept then
   */
  async append(entry: JournalEntry): Promise<void> {
    const handle = this.#handle
    if (handle === undefined || this.#isClosed) {
      throw new ModerationError(
        'JOURNAL_CLOSED',
        'The journal of sanctions is closed. The order does not hold.',
      )
    }
    const line = Buffer.from(encodeEntry(entry))
    try {
      // Whatever an append that failed has left behind is overwritten or cut off.
      await handle.truncate(this.#bytes)
      await writeAll(handle, line, this.#bytes)
      await handle.sync()
    } catch (error) {
      throw new ModerationError(
        'JOURNAL_FAILED',
        `${this.#file} could not be written (${messageOf(error)}). The order does not hold; give it again.`,
        { cause: error },
      )
    }
    this.#bytes += line.byteLength
    this.#lines++
  }

  /** Whether most of the file is about what does not hold any more, if so many sanctions do. */
  isLong(sanctions: number): boolean {
    return this.#lines > 2 * sanctions + spareLines
  }

  /** Writes the file anew. Never called while an append is under way. Rejects with {@link ModerationError}. */
  async compact(sanctions: readonly Sanction[]): Promise<void> {
    if (!this.#isClosed) await this.#rewrite(sanctions)
  }

  /** To be called when no append is under way. May be repeated. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.#handle?.close()
    this.#lock.release()
  }

  async #read(): Promise<string> {
    try {
      return await readFile(this.#file, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
      throw unreadable(this.#file, error)
    }
  }

  async #rewrite(sanctions: readonly Sanction[]): Promise<void> {
    const lines = [encodeEntry(journalHead), ...sanctions.map((set) => encodeEntry({ set }))]
    const bytes = Buffer.from(lines.join(''))
    const next = `${this.#file}-next`
    try {
      const handle = await open(next, 'w', 0o600)
      try {
        await handle.chmod(0o600)
        await writeAll(handle, bytes, 0)
        await handle.sync()
        await rename(next, this.#file)
      } catch (error) {
        await handle.close()
        throw error
      }
      // From here on this one is the file, whatever becomes of the other.
      const before = this.#handle
      this.#handle = handle
      this.#bytes = bytes.byteLength
      this.#lines = lines.length
      await before?.close()
      await syncFolder(dirname(this.#file))
    } catch (error) {
      throw unreadable(this.#file, error)
    }
  }
}

/** What holds, by the lines of a file. The first line is its head; a file without lines is new. */
function sanctionsIn(file: string, text: string, now: number): Sanction[] {
  const lines = text.split('\n').slice(0, -1)
  const sanctions = new Map<string, Sanction>()
  for (const [index, line] of lines.entries()) {
    if (index === 0) {
      checkHead(file, line)
      continue
    }
    const entry = decodeEntry(file, index + 1, line)
    if ('set' in entry) sanctions.set(sanctionKey(entry.set), entry.set)
    else sanctions.delete(sanctionKey(entry.lift))
  }
  return [...sanctions.values()].filter((sanction) => holds(sanction, now))
}

async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.byteLength; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.byteLength - done, position + done)
    done += bytesWritten
  }
}

/** Makes a new name in a folder last through a power cut. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function unreadable(file: string, error: unknown): ModerationError {
  return new ModerationError(
    'JOURNAL_UNREADABLE',
    `The journal of sanctions ${file} cannot be opened or made (${messageOf(error)}). Check the path and who may write there.`,
    { cause: error },
  )
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
