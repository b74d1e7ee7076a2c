/** `longwire backup`, `restore`, `search`, `export` and `import`: the store in the folder that `--data` names. */
import { once } from 'node:events'
import { createReadStream, createWriteStream, existsSync, mkdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { BrokerError } from '../src/broker/errors.ts'
import { backUpStore } from '../src/broker/sqlite/backup.ts'
import { exportStore, importStore } from '../src/broker/sqlite/export.ts'
import { searchStore } from '../src/broker/sqlite/look.ts'
import { restoreStore } from '../src/broker/sqlite/restore.ts'
import { storeFileIn } from '../src/broker/sqlite/store-file.ts'
import { visible } from '../src/chat/dialects/plain/formats.ts'
import { type ShownPublication, shownPublication } from '../src/chat/shown.ts'

/** Copies the store, which may be in use, to a file, or into a folder under a name with the time. */
export async function backUp(dataDir: string | undefined, target: string): Promise<void> {
  await told(async () => {
    const isFolder = existsSync(target) && statSync(target).isDirectory()
    const time = new Date()
      .toISOString()
      .replace(/\.\d+Z$/, 'Z')
      .replaceAll(':', '-')
    const file = resolve(isFolder ? join(target, `longwire-${time}.db`) : target)
    backUpStore(storeFileIn(folder(dataDir)), file)
    console.log(file)
  })
}

/** Puts a back-up in place of the store, which may not be in use and is moved aside. */
export async function restoreFrom(dataDir: string | undefined, copy: string): Promise<void> {
  await told(async () => {
    makeFolder(folder(dataDir))
    const file = storeFileIn(folder(dataDir))
    const aside = restoreStore(resolve(copy), file)
    console.log(`${file} is the back-up now.${aside === undefined ? '' : ` What was there is ${aside}.`}`)
  })
}

export interface SearchWishes {
  readonly room?: string
  readonly limit: number
  readonly json?: boolean
}

/** Prints kept publications with these words, newest first; the store may be in use. */
export async function searchFor(
  dataDir: string | undefined,
  words: readonly string[],
  { room, limit, json }: SearchWishes,
): Promise<void> {
  await told(async () => {
    const file = storeFileIn(folder(dataDir))
    for (const found of searchStore(file, words.join(' '), { room, limit })) {
      const shown = shownPublication(found.publication)
      console.log(json === true ? JSON.stringify({ room: found.room, ...shown }) : lineOf(found.room, shown))
    }
  })
}

/** When, where, who and what. */
function lineOf(room: string, { time, info, data, offset }: ShownPublication): string {
  const { name, text } = (typeof data === 'object' ? (data ?? {}) : { text: data }) as {
    name?: unknown
    text?: unknown
  }
  const who = info !== undefined && info.user !== '' ? `@${info.user}` : name
  const what = typeof text === 'string' ? text : JSON.stringify(data)
  const from = typeof who === 'string' ? ` ${who}:` : ''
  return visible(`${new Date(time).toISOString()} ${room} #${offset}${from} ${what}`)
}

/** Writes the store, which may be in use, as NDJSON to a file or to the standard output. */
export async function exportTo(dataDir: string | undefined, target: string | undefined): Promise<void> {
  await told(async () => {
    const lines = exportStore(storeFileIn(folder(dataDir)))
    const output =
      target === undefined ? process.stdout : createWriteStream(target, { flags: 'wx', mode: 0o600 })
    const failed = once(output, 'error').then(([error]) => {
      throw error
    })
    // It is heard at the next wait; without one, nothing was written.
    failed.catch(() => undefined)
    let next = lines.next()
    for (; next.done !== true; next = lines.next()) {
      if (!output.write(`${next.value}\n`)) await Promise.race([once(output, 'drain'), failed])
    }
    if (output !== process.stdout) {
      output.end()
      await Promise.race([once(output, 'close'), failed])
    }
    const { rooms, publications } = next.value
    console.error(`Exported ${publications} publications of ${rooms} rooms.`)
  })
}

/** Reads what an export wrote, from a file or from the standard input, into the store, which may not be in use. */
export async function importFrom(dataDir: string | undefined, source: string | undefined): Promise<void> {
  await told(async () => {
    const input = source === undefined ? process.stdin : createReadStream(source)
    if (source !== undefined) await once(input, 'open')
    makeFolder(folder(dataDir))
    const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
    const { rooms, publications } = await importStore(storeFileIn(folder(dataDir)), lines)
    console.log(`Imported ${publications} publications of ${rooms} rooms.`)
  })
}

/** What people say is nobody else's on this machine. */
function makeFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 })
}

class NoDataDirError extends Error {}

function folder(dataDir: string | undefined): string {
  if (dataDir !== undefined) return dataDir
  throw new NoDataDirError(
    'The configuration keeps rooms in memory. Say which folder a store is in with --data DIR.',
  )
}

/** Says what a person can mend, without a stack. */
async function told(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    const isFile = (error as NodeJS.ErrnoException).syscall !== undefined
    if (!(error instanceof BrokerError || error instanceof NoDataDirError || isFile)) throw error
    console.error(`longwire: ${(error as Error).message}`)
    process.exitCode = error instanceof NoDataDirError ? 2 : 1
  }
}
