import { afterEach, expect, test } from 'vitest'
import {
  beginRead,
  endRead,
  fanOutAtReadEnd,
  fanOutAtTurnEnd,
  type TurnWork,
  writeAtReadEnd,
  writeAtTurnEnd,
} from '../../../src/connection/turn.ts'
import { turn } from './opened.ts'

const log: string[] = []
afterEach(() => void log.splice(0))

function says(name: string): TurnWork {
  return { flush: () => void log.push(name) }
}

/** What nobody has caught while this ran, instead of what the test runner makes of it. */
async function uncaughtDuring(run: () => Promise<void>): Promise<unknown[]> {
  const runners = process.listeners('uncaughtException')
  const uncaught: unknown[] = []
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', (error) => void uncaught.push(error))
  try {
    await run()
    await turn()
  } finally {
    process.removeAllListeners('uncaughtException')
    for (const runner of runners) process.on('uncaughtException', runner)
  }
  return uncaught
}

test('rooms fan out before outboxes are written, at the end of a turn as of a read', async () => {
  writeAtTurnEnd(says('write'))
  fanOutAtTurnEnd(says('fan out'))
  await turn()
  expect(log.splice(0)).toEqual(['fan out', 'write'])
  beginRead()
  writeAtReadEnd(says('write'))
  fanOutAtReadEnd(says('fan out'))
  endRead()
  expect(log).toEqual(['fan out', 'write'])
})

test('what a fan-out at the end of a read has to write leaves with it', () => {
  beginRead()
  fanOutAtReadEnd({ flush: () => writeAtReadEnd(says('write')) })
  endRead()
  expect(log).toEqual(['write'])
})

test('a read within a read is no end of it', () => {
  expect(beginRead()).toBe(true)
  writeAtReadEnd(says('write'))
  expect(beginRead()).toBe(false)
  expect(log).toEqual([])
  endRead()
  expect(log).toEqual(['write'])
})

test('work that throws is an error of the program, and keeps no other from being done, now or later', async () => {
  const error = new Error('broken')
  const broken: TurnWork = {
    flush: () => {
      throw error
    },
  }
  const uncaught = await uncaughtDuring(async () => {
    writeAtTurnEnd(broken)
    writeAtTurnEnd(says('at the end of the turn'))
    await turn()
    beginRead()
    fanOutAtReadEnd(broken)
    fanOutAtReadEnd(says('at the end of the read'))
    endRead()
    expect(beginRead()).toBe(true)
    writeAtReadEnd(says('of the next'))
    endRead()
  })
  expect(log).toEqual(['at the end of the turn', 'at the end of the read', 'of the next'])
  expect(uncaught).toEqual([error, error])
})
