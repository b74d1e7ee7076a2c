/** The benches that there are: a row each. A bench's own code is loaded only when it runs. */
import type { Choice } from './chosen.ts'

export const benches = {
  fanout: {
    summary: 'messages to everybody in a room: deliveries, latency, CPU and memory, against other servers',
    load: async () => (await import('./fanout/fanout.ts')).fanout,
  },
  publish: {
    summary:
      'publications acknowledged as kept, by the number of rooms, beside Redis streams and bare SQLite',
    load: async () => (await import('./publish/publish.ts')).publish,
  },
  resume: {
    summary:
      'thousands of clients come back at once after a restart: until all have what they missed, and memory',
    load: async () => (await import('./resume/resume.ts')).resume,
  },
  redis: {
    summary: 'commands of many callers to one Redis server: rate, latency and CPU, against other clients',
    load: async () => (await import('./redis/redis.ts')).redis,
  },
  'redis-recovery': {
    summary: 'how soon after a Redis server is back its clients are too',
    load: async () => (await import('./redis-recovery/redis-recovery.ts')).redisRecovery,
  },
  gateway: {
    summary: 'Redis over HTTP: requests per second, latency and CPU, against other gateways',
    load: async () => (await import('./gateway/gateway.ts')).gateway,
  },
  broker: {
    summary: 'publications acknowledged per second and how late, by each broker and number of publishers',
    load: async () => (await import('./broker/broker.ts')).broker,
  },
} as const satisfies Record<string, Choice>
