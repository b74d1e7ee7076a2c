/** `longwire backup`, `export` and `import`: the store in the folder that `--data` names. */
import { once } from 'node:events'
import { createReadStream, createWriteStream, existsSync, mkdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { BrokerError } from '../src/broker/errors.ts'
import { backUpStore } from '../src/broker/sqlite/backup.ts'
import { exportStore, importStore } from '../src/broker/sqlite/export.ts'
import { storeFileIn } from '../src/broker/sqlite/store-file.ts'

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

/** Writes the store, which may be in use, as NDJSON to a file or to the standard output. */
export async function exportTo(dataDir: string | undefined, target: string | undefined): Promise<void> {
  await told(async () => {
    const lines = exportStore(storeFileIn(folder(dataDir)))
    const output = target === undefined ? process.stdout : createWriteStream(target, { flags: 'wx' })
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
    mkdirSync(folder(dataDir), { recursive: true })
    const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
    const { rooms, publications } = await importStore(storeFileIn(folder(dataDir)), lines)
    console.log(`Imported ${publications} publications of ${rooms} rooms.`)
  })
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
