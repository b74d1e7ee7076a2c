/** An echo server and a request/response client over TCP: each line is a request, and the next line its answer. */
import {
  Connection,
  ConnectionClosedError,
  dialTcp,
  type Line,
  LineCodec,
  listenTcp,
} from 'longwire/connection'

const server = await listenTcp({
  listen: { port: 0, host: '127.0.0.1' },
  accept: (transport) =>
    new Connection(transport, new LineCodec(), {
      message: ({ text }, connection) => void connection.send(`you said: ${text ?? 'no text'}`),
      closed: ({ cause }) => console.log('server: ended by', cause),
    }),
})

const waiting: PromiseWithResolvers<string>[] = []
const connection = new Connection<Line, string>(await dialTcp({ port: server.port }), new LineCodec(), {
  message: ({ text = '' }) => waiting.shift()?.resolve(text),
  closed: (ending) => {
    for (const { reject } of waiting.splice(0)) reject(new ConnectionClosedError(ending))
  },
})

/** Sends a line; resolves with its answer, rejects when the connection ends first. */
function request(line: string): Promise<string> {
  const answer = Promise.withResolvers<string>()
  waiting.push(answer)
  if (!connection.send(line)) waiting.pop()?.reject(new Error('The connection takes no more.'))
  return answer.promise
}

// Both leave in one write and are answered in order.
for (const answer of await Promise.all([request('hello'), request('world')])) console.log(answer)
connection.close()
await Promise.all([connection.closed, server.close()])
