/** The parts of the gateway bench that decide what its numbers mean. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BenchError } from '../../../bench/bench-error.ts'
import { compileGatewayLoad, runPaced, runPipelined } from '../../../bench/gateway/load-generator.ts'
import { growthTarget } from '../../../bench/gateway/memory.ts'
import { parseGatewayOptions } from '../../../bench/gateway/options.ts'
import { peers } from '../../../bench/gateway/peers.ts'
import { type GatewayResults, type Measurement, summarize } from '../../../bench/gateway/results.ts'
import { expectedBody, type GatewayServer } from '../../../bench/gateway/server.ts'
import { gatewayTargets } from '../../../bench/gateway/targets.ts'
import { workloads } from '../../../bench/gateway/workloads.ts'
import { wordsIn } from '../../../bench/gateway/wrk.ts'

describe('the load generator', () => {
  let program: string
  let server: Server
  let gateway: GatewayServer
  let seen = 0
  /** What becomes of a request; by its number. */
  let answer: (number: number) => { readonly body: string; readonly delayMs: number }

  beforeAll(async () => {
    program = compileGatewayLoad()
    server = createServer((_request, response) => {
      const { body, delayMs } = answer(seen++)
      const send = (): void => void response.setHeader('Content-Length', body.length).end(body)
      if (delayMs === 0) send()
      else setTimeout(send, delayMs)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const address = new URL(`http://127.0.0.1:${port}`)
    // It is measured what this process uses, for want of another.
    const measured = { pid: process.pid, address, requireRunning: () => undefined }
    gateway = {
      server: measured,
      redis: measured,
      cores: { server: 0, load: 0 },
      prefix: '',
    } as unknown as GatewayServer
  })

  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  test('counts what requests wait for their connection from when they were due', async () => {
    seen = 0
    const stallMs = 400
    // The only connection is held up once; a client that sends no sooner than it hears would see one late reply.
    answer = (number) => ({ body: 'fine', delayMs: number === 100 ? stallMs : 0 })
    const load = { connections: 1, ratePerSecond: 200, warmupMs: 0, measureMs: 1_000 }
    const found = await runPaced(program, gateway, '/', load)
    expect(seen).toBe(200)
    // Of 200 requests the stall makes some 80 late, evenly from no time up to all of it.
    expect(found.p99Ns).toBeGreaterThan(0.8 * stallMs * 1e6)
    expect(found.offeredPerSecond).toBe(200)
  })

  test('counts what is never answered as late, and tells it', async () => {
    seen = 0
    answer = (number) => ({ body: 'fine', delayMs: number === 5 ? 60_000 : 0 })
    const load = { connections: 1, ratePerSecond: 100, warmupMs: 0, measureMs: 200 }
    const { unanswered, p99Ns } = await runPaced(program, gateway, '/', load)
    expect(unanswered).toBe(15)
    expect(p99Ns).toBeGreaterThan(2e9)
  })

  test('does not take another body for a reply', async () => {
    seen = 0
    answer = (number) => ({ body: number === 7 ? 'odd!' : 'fine', delayMs: 0 })
    const load = { connections: 2, ratePerSecond: 200, warmupMs: 0, measureMs: 200 }
    await expect(runPaced(program, gateway, '/', load)).rejects.toThrow(/1 of 40 requests/)
  })

  test('sends as many requests as it is told, pipelined', async () => {
    seen = 0
    answer = () => ({ body: 'fine', delayMs: 0 })
    const load = { connections: 3, depth: 8, requests: 1_000 }
    expect(await runPipelined(program, gateway, '/', load)).toBeGreaterThan(0)
    expect(seen).toBe(1_000)
  })
})

describe('wrk', () => {
  test('tells its result in a line of JSON among its own', () => {
    const line = '{"requests":10,"durationUs":2000000,"failed":0,"p50Us":5,"p99Us":9}'
    expect(wordsIn(`Running 1s test\n${line}\n`, '').requests).toBe(10)
  })

  test.each([
    ['', 'unable to connect'],
    ['{"requests":0,"durationUs":1,"failed":0,"p50Us":0,"p99Us":0}', ''],
  ])('fails where it has none: %s%s', (output, complaint) => {
    expect(() => wordsIn(output, complaint)).toThrow(BenchError)
  })
})

test('options that cannot be are told', () => {
  expect(parseGatewayOptions(['--rates', '0']).rateShares).toEqual([])
  expect(parseGatewayOptions(['--rates', '50,90']).rateShares).toEqual([0.5, 0.9])
  expect(() => parseGatewayOptions(['--seconds', '1.5'])).toThrow(/whole number/)
  expect(() => parseGatewayOptions(['--only', 'apache'])).toThrow(/webdis/)
})

test('every workload says what the gateways have to answer', () => {
  expect(expectedBody(workloads.get)).toBe('{"GET":"abcdefghijklmno7"}')
  expect(expectedBody(workloads.set)).toBe('{"SET":[true,"OK"]}')
  expect(workloads['get-10k'].value).toHaveLength(10_240)
})

describe('targets', () => {
  const shares = { serverCoreShare: 1, loadCoreShare: 1, disturbedShare: 0 }
  const measurement = (requestsPerSecond: number, p99Ns: number): Measurement => ({
    wrk: { ...shares, requestsPerSecond, p50Ns: 1, p99Ns, serverCpuNsPerRequest: 1 },
    paced: [{ ...shares, offeredPerSecond: 1, unanswered: 0, p50Ns: 1, p99Ns }],
  })

  test('are medians of the ratios of turns, met or not', () => {
    const one = { workload: 'get', connections: 16 } as const
    const of = (peer: keyof typeof peers, ...found: Measurement[]) =>
      [peer, { peer: peers[peer], prepared: { version: '1' }, cases: new Map([[one, { found }]]) }] as const
    const results: GatewayResults = {
      cases: [one],
      peers: new Map([
        // The machine was slow in the second turn, and slower in the third: what counts is who stood beside whom.
        of('webdis', measurement(100, 5), measurement(50, 9), measurement(30, 20)),
        of('longwire', measurement(129, 6), measurement(66, 8), measurement(50, 19)),
        of('ioredis', measurement(100, 9), measurement(100, 9)),
      ]),
    }
    const outcomes = gatewayTargets(results, [0.5]).map(({ outcome }) => outcome)
    expect(outcomes).toEqual([
      { measured: '1.32x', isMet: true },
      undefined,
      { measured: '0.98x', isMet: false },
      { measured: '0.95x', isMet: true },
    ])
  })

  test('know no gateway that was not measured', () => {
    expect(summarize([])).toBeUndefined()
  })

  test('of memory compare the first settled row with the last', () => {
    const samples = [50, 60, 70, 80, 100, 101, 102, 103, 104, 104].map((residentBytes, index) => ({
      ...{ requests: index, requestsPerSecond: 1 },
      residentBytes,
    }))
    expect(growthTarget(samples).outcome?.isMet).toBe(true)
    expect(growthTarget([...samples, { ...samples[0]!, residentBytes: 110 }]).outcome?.isMet).toBe(false)
    expect(growthTarget(samples.slice(0, 3)).outcome).toBeUndefined()
  })
})
