import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { findSystemPart, missingSentence, systemParts } from '../../../scripts/system-parts.ts'
import { run } from '../server/running.ts'

const program = join(import.meta.dirname, 'python/client.py')

it.each(['lines', 'http_stream'])(
  'A client in another language, without any library, speaks the protocol over %s',
  { timeout: 90_000 },
  async (way) => {
    const python = findSystemPart(systemParts.python)
    if (python === undefined) throw new Error(missingSentence([systemParts.python], undefined))
    const { server, httpPort, tcpPort } = await run({ rooms: { historySize: 100 } })
    try {
      const words = [program, way, String(httpPort), String(tcpPort)]
      const { stdout } = await promisify(execFile)(python, words, { timeout: 60_000 })
      expect(JSON.parse(stdout)).toEqual({
        heard: [[1, { text: 'Grüße' }]],
        recovered: true,
        missed: [
          [2, 2],
          [3, 3],
        ],
        live: [[4, 4]],
        history: [{ text: 'Grüße' }, 2, 3, 4],
        present: true,
        refused: 104,
      })
    } finally {
      await server.close()
    }
  },
)
