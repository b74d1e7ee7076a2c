import { expect, test } from 'vitest'
import { version } from '../../../src/connection/version.ts'
import type { Call, Command } from '../../../src/redis/call.ts'
import { ReplyError } from '../../../src/redis/errors.ts'
import { shakeHands } from '../../../src/redis/handshake.ts'
import { completeServer } from '../../../src/redis/options.ts'

/** Answers every command, and keeps all of them. */
function server(answer: (command: Command) => ReplyError | string) {
  const heard: Command[] = []
  const dispatch = (call: Call): void => {
    for (const command of [call.command, ...(call.following ?? [])]) {
      heard.push(command)
      call.answer(answer(command))
    }
  }
  return { heard, dispatch }
}

const wishes = { protocol: 3, clientName: undefined, server: completeServer({}) } as const

test('a server is told which library speaks, and its version', async () => {
  const { heard, dispatch } = server(() => 'OK')
  await shakeHands({ dispatch }, wishes)
  expect(heard).toContainEqual(['CLIENT', 'SETINFO', 'LIB-NAME', 'longwire'])
  expect(heard).toContainEqual(['CLIENT', 'SETINFO', 'LIB-VER', version])
})

test('a server that does not know how to be told (before 7.2) is none the worse', async () => {
  const { dispatch } = server((command) =>
    command[1] === 'SETINFO' ? new ReplyError("ERR unknown subcommand 'SETINFO'.") : 'OK',
  )
  await expect(shakeHands({ dispatch }, wishes)).resolves.toMatchObject({ protocol: 3 })
})
