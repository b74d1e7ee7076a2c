/** Where rooms are kept: the broker that the configuration asks for. */
import { mkdirSync } from 'node:fs'
import type { Logger } from 'pino'
import type { Broker } from '../broker/broker.ts'
import { StoreError } from '../broker/errors.ts'
import { MemoryBroker } from '../broker/memory/memory.ts'
import { SqliteBroker } from '../broker/sqlite/sqlite.ts'
import { storeFileIn } from '../broker/sqlite/store-file.ts'
import { journalFileIn, SanctionJournal } from '../chat/moderation/journal.ts'
import type { Configuration } from './configuration/configuration.ts'

/** What each room keeps unless the configuration says otherwise. In memory nothing: it is gone with the process. */
const historySizes = { memory: 0, sqlite: 1_000 } as const

export interface OpenStore {
  /** Closed by whoever opened it. */
  readonly broker: Broker
  /** Where sanctions are kept, in the same folder. Closed by whoever opened it. */
  readonly journal?: SanctionJournal
  readonly historySize: number
}

/** Rejects with `StoreError` or `ModerationError`, which say what to do. */
export async function openStore(configuration: Configuration, logger: Logger): Promise<OpenStore> {
  const { store, dataDir, durability, rooms } = configuration
  const historySize = rooms.historySize ?? historySizes[store]
  if (store === 'memory' || dataDir === undefined) return { broker: new MemoryBroker(), historySize }
  try {
    // What people say is nobody else's on this machine.
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new StoreError('STORE_UNREADABLE', `The folder ${dataDir} cannot be made: ${String(error)}`, {
      cause: error,
    })
  }
  const broker = await SqliteBroker.open({
    file: storeFileIn(dataDir),
    durability,
    onFailure: (error) => logger.fatal({ err: error }, 'the store has ended; nothing is taken any more'),
  })
  try {
    const journal = await openJournal(dataDir, logger)
    return { broker, journal, historySize }
  } catch (error) {
    await broker.close()
    throw error
  }
}

function openJournal(dataDir: string, logger: Logger): Promise<SanctionJournal> {
  const file = journalFileIn(dataDir)
  return SanctionJournal.open({
    file,
    torn: (bytes) =>
      logger.warn(
        { file, bytes },
        'the last order of moderation was torn by a crash, and was not acknowledged: cut off',
      ),
  })
}
