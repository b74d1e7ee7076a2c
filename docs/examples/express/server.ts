/**
 * Live comments in an Express application: its own pages, its own sessions, its own rules, and rooms on the same port.
 *
 *     npm install && npm start
 */
import { createServer } from 'node:http'
import express, { type Request } from 'express'
import { ChatServer, CommandError } from 'longwire/chat'

/** Stands for the application's own sessions: the cookie says who that is. */
function userOf(cookie = ''): string | undefined {
  return /(?:^|; )user=(\w+)/.exec(cookie)?.[1]
}

const chat = new ChatServer({
  roomOptions: { historySize: 100 },
  handlers: {
    onConnect: ({ http }) => ({ user: userOf(http?.headers.cookie) }),
    onSubscribe: ({ user }, { channel }) => {
      if (channel.startsWith('staff') && user !== 'ann') throw new CommandError('permission-denied')
      return {}
    },
    // What people say comes through the application, so that it can look at it first.
    onPublish: () => {
      throw new CommandError('permission-denied')
    },
  },
})

const app = express()
app.use(express.json())
app.post('/articles/:id/comments', async (request: Request<{ id: string }>, response) => {
  const user = userOf(request.headers.cookie)
  if (user === undefined) {
    response.status(401).json({ error: 'Sign in to comment.' })
    return
  }
  const { offset } = await chat.publish(`article-${request.params.id}`, { user, text: request.body.text })
  response.status(201).json({ offset })
})

const server = createServer((request, response) => {
  if (!chat.handle(request, response)) app(request, response)
})
chat.attach(server)
server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log('listening on', server.address())
})
process.once('SIGTERM', async () => {
  await chat.close()
  server.close()
})
