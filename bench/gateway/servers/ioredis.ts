/** Commands in URLs the short way: `node:http` and one ioredis client. */
import { createServer } from 'node:http'
import { parseArgs } from 'node:util'
import { Redis } from 'ioredis'

const text = { type: 'string', default: '0' } as const
const { port, redis: redisPort } = parseArgs({ options: { port: text, redis: text } }).values
const redis = new Redis(Number(redisPort), '127.0.0.1')

const server = createServer((request, response) => {
  const [name = '', ...words] = (request.url ?? '/').slice(1).split('/').map(decodeURIComponent)
  const answer = (status: number, value: unknown) => {
    const body = JSON.stringify({ [name]: value })
    response.writeHead(status, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
    })
    response.end(body)
  }
  redis.call(name, ...words).then(
    // The library gives a status as any other string.
    (reply) => answer(200, name === 'SET' ? [true, reply] : reply),
    (error: unknown) => answer(200, [false, String(error)]),
  )
})

server.listen(Number(port), '127.0.0.1', () => console.log('ready'))
