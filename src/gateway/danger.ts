/**
 * Commands that a gateway does not pass on unless it is told to: those that administer the server, touch all keys
 * at once, or read what other clients do; and scripts, which could call any of them.
 */
import type { CommandWords } from './authorize.ts'

/** They run scripts or keep them: whatever a script does, no rule of ours sees it. */
const scripting: ReadonlySet<string> = new Set([
  ...['EVAL', 'EVALSHA', 'EVAL_RO', 'EVALSHA_RO', 'FCALL', 'FCALL_RO', 'FUNCTION', 'SCRIPT'],
])

const dangerous: ReadonlySet<string> = new Set([
  ...scripting,
  ...['ACL', 'BGREWRITEAOF', 'BGSAVE', 'CLUSTER', 'CONFIG', 'DEBUG', 'FAILOVER', 'FLUSHALL', 'FLUSHDB'],
  ...['LATENCY', 'MIGRATE', 'MODULE', 'MONITOR', 'PFDEBUG', 'PFSELFTEST', 'PSYNC', 'REPLCONF', 'REPLICAOF'],
  ...['RESTORE-ASKING', 'SAVE', 'SHUTDOWN', 'SLAVEOF', 'SLOWLOG', 'SWAPDB', 'SYNC'],
])

/** Of CLIENT only these look at nobody but the gateway itself. */
const harmlessOfClient: ReadonlySet<string> = new Set(['GETNAME', 'ID', 'INFO', 'HELP'])

/** Whether the command is denied where nothing allows it. Letter case doesn't matter. */
export function isDangerous(command: CommandWords): boolean {
  const name = String(command[0]).toUpperCase()
  if (name === 'CLIENT') return !harmlessOfClient.has(String(command[1] ?? '').toUpperCase())
  return dangerous.has(name)
}

/** Whether a command has to do with scripts. The name is in capitals. */
export function isScripting(name: string): boolean {
  return scripting.has(name)
}
