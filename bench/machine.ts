/** Facts on the machine that a result depends on; none that changes from day to day. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'

/** A fact and its value, such as `CPU` and `AMD EPYC, 2 cores`. */
export type Fact = readonly [name: string, value: string]

/** The facts of this machine and of the programs that benches use. */
export function machineFacts(): Fact[] {
  const cores = cpus()
  const facts: Fact[] = [
    ['CPU', `${cores[0]?.model.trim() ?? 'unknown'}, ${cores.length} cores`],
    ['Memory', `${Math.round(totalmem() / 2 ** 30)} GiB`],
    ['Kernel', `Linux ${release()}`],
    ['TCP congestion control', congestionControl()],
    ['Node', process.versions.node],
  ]
  const go = firstLineOf('go', ['version'])
  const cc = firstLineOf('cc', ['--version'])
  if (go !== undefined) facts.push(['Go', go.replace(/^go version go/, '')])
  if (cc !== undefined) facts.push(['C compiler', cc])
  return facts
}

function congestionControl(): string {
  return readFileSync('/proc/sys/net/ipv4/tcp_congestion_control', 'utf8').trim()
}

function firstLineOf(program: string, args: string[]): string | undefined {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8' })
  return status === 0 ? stdout.split('\n')[0] : undefined
}
