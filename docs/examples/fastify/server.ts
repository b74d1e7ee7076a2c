/**
 * A live poll in a Fastify application: clients vote by rpc, and everybody sees the count.
 *
 *     npm install && npm start
 */
import { createServer } from 'node:http'
import fastify from 'fastify'
import { ChatServer, CommandError } from 'longwire/chat'

const votes: Record<string, number> = { tea: 0, coffee: 0 }

const chat = new ChatServer({
  roomOptions: { historySize: 1, recovery: 'always' },
  handlers: {
    onRpc: async (_client, { method, data }) => {
      if (method !== 'vote') throw new CommandError('method-not-found')
      const choice = String(data)
      if (!Object.hasOwn(votes, choice)) throw new CommandError('bad-request')
      votes[choice]! += 1
      // Repeated quickly, each state is a publication; clients that were away get the last.
      await chat.publish('poll', votes)
      return votes
    },
  },
})

const app = fastify({
  serverFactory: (answer) =>
    createServer((request, response) => {
      if (!chat.handle(request, response)) answer(request, response)
    }),
})
app.get('/votes', async () => votes)
// While Fastify still closes nothing, clients are asked to move.
app.addHook('preClose', () => chat.close())

chat.attach(app.server)
console.log('listening on', await app.listen({ port: Number(process.env.PORT ?? 3000), host: '127.0.0.1' }))
process.once('SIGTERM', () => void app.close())
