/** Pipelines on a cluster, taken apart and put together, on a cluster that answers as it is told. */
import { describe, expect, test } from 'vitest'
import { Call, type Command, defaultCallOptions } from '../../../src/redis/call.ts'
import { Pipeline } from '../../../src/redis/cluster/pipeline.ts'
import { commandsOf } from '../../../src/redis/cluster/route.ts'
import { CommandTimeoutError, ReplyError, UnavailableError } from '../../../src/redis/errors.ts'
import type { Reply } from '../../../src/redis/resp/reply.ts'

/** What becomes of a part: its replies, or the error that it fails with. */
type Outcome = readonly Reply[] | Error

/** Sends a pipeline; `outcomes` are those of its parts, in the order in which they are sent. */
async function send(
  commands: readonly Command[],
  outcomes: readonly Outcome[],
): Promise<{ value: unknown; error: unknown; sent: string[][]; learnt: string[] }> {
  const sent: string[][] = []
  const learnt: string[] = []
  const [first, ...following] = commands
  let pipeline: Pipeline | undefined
  const result = new Promise<Reply>((resolve, reject) => {
    const call = new Call(first!, defaultCallOptions, { resolve, reject }, following)
    const cluster = {
      dispatch(part: Call): void {
        const outcome = outcomes[sent.length]!
        sent.push(commandsOf(part).map((command) => command.join(' ')))
        queueMicrotask(() => {
          if (outcome instanceof Error) part.fail(outcome)
          else for (const reply of outcome) part.answer(reply)
        })
      },
    }
    pipeline = new Pipeline(call, cluster, (refusal) => learnt.push(refusal.message))
  })
  pipeline!.start()
  return await result.then(
    (value) => ({ value, error: undefined, sent, learnt }),
    (error: unknown) => ({ value: undefined, error, sent, learnt }),
  )
}

const commands: Command[] = [['SET', 'a', '1'], ['SET', 'b', '2'], ['GET', 'a'], ['PING']]

test('commands of a slot go together, and replies come back in their places', async () => {
  const { value, sent } = await send(commands, [['OK', '1'], ['fine'], ['PONG']])
  expect(sent).toEqual([['SET a 1', 'GET a'], ['SET b 2'], ['PING']])
  expect(value).toEqual(['OK', 'fine', '1', 'PONG'])
})

test('only what was redirected is sent again, and what it says is learnt', async () => {
  const { value, sent, learnt } = await send(commands, [
    ['OK', new ReplyError('ASK 15495 10.0.0.1:7001')],
    ['fine'],
    ['PONG'],
    ['1'],
  ])
  expect(sent.slice(3)).toEqual([['GET a']])
  expect(learnt).toEqual(['ASK 15495 10.0.0.1:7001'])
  expect(value).toEqual(['OK', 'fine', '1', 'PONG'])
})

test('errors of the server are values among the replies', async () => {
  const wrong = new ReplyError('WRONGTYPE no')
  const { value } = await send(commands, [['OK', wrong], [wrong], ['PONG']])
  expect(value).toEqual(['OK', wrong, wrong, 'PONG'])
})

describe('a pipeline fails', () => {
  const unavailable = new UnavailableError('down')

  test('as not sent where no part was', async () => {
    const { error } = await send(commands, [unavailable, unavailable, unavailable])
    expect(error).toBe(unavailable)
  })

  test('as maybe where one part was carried out and another was not sent', async () => {
    const { error } = await send(commands, [['OK', '1'], unavailable, ['PONG']])
    expect(error).toMatchObject({ code: 'CLUSTER', sent: 'maybe', cause: unavailable })
  })

  test('with the part of which nobody knows, whatever came of the others', async () => {
    const timeout = new CommandTimeoutError('SET', 10, 'maybe')
    const { error } = await send(commands, [unavailable, timeout, ['PONG']])
    expect(error).toBe(timeout)
  })
})
