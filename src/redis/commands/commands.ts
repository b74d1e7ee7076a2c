/**
 * The typed methods of every command.
 *
 * Written by scripts/redis-commands.ts from what Redis 7.0.15 says of itself; change that, not this.
 */
import type { Argument } from '../resp/encoder.ts'
import type { Reply } from '../resp/reply.ts'
import * as shape from './shapes.ts'

/** Names and keys: text or bytes. */
export type Key = string | Uint8Array
/** Whole numbers, also those beyond 2^53. */
export type Integer = number | bigint
/** Numbers as Redis reads them: `1.5`, `'+inf'`, `'(3'`. */
export type Double = number | string

/**
 * What commands are sent through: a pool, a lease, a pipeline. `Text` is `string`, or `Buffer` where buffers were
 * asked for.
 */
export abstract class Commands<Text extends string | Buffer = string> {
  /**
   * Sends one command and gives its reply in its shape. Errors of the server are thrown as `ReplyError`; what
   * else can go wrong is listed in `redisErrorCodes`.
   */
  protected abstract send<Value>(command: readonly Argument[], reshape?: shape.Reshape<Value>): Promise<Value>

  /** ACL CAT: List the ACL categories or the commands inside a category. Cost: O(1) since the categories and commands are a fixed set. Since Redis 6.0.0. */
  aclCat(categoryname?: Argument): Promise<Text[]> {
    return this.send<Text[]>(['ACL', 'CAT', ...(categoryname === undefined ? [] : [categoryname])])
  }

  /** ACL DELUSER: Remove the specified ACL users and the associated rules. Cost: O(1) amortized time considering the typical user. Since Redis 6.0.0. */
  aclDeluser(...usernames: Argument[]): Promise<number> {
    return this.send<number>(['ACL', 'DELUSER', ...usernames])
  }

  /** ACL DRYRUN: Returns whether the user can execute the given command without executing the command. Cost: O(1). Since Redis 7.0.0. */
  aclDryrun(username: Argument, command: Argument, ...args: Argument[]): Promise<Reply> {
    return this.send<Reply>(['ACL', 'DRYRUN', username, command, ...args])
  }

  /** ACL GENPASS: Generate a pseudorandom secure password to use for ACL users. Cost: O(1). Since Redis 6.0.0. */
  aclGenpass(bits?: Integer): Promise<Text> {
    return this.send<Text>(['ACL', 'GENPASS', ...(bits === undefined ? [] : [bits])])
  }

  /** ACL GETUSER: Get the rules for a specific ACL user. Cost: O(N). Where N is the number of password, command and pattern rules that the user has. Since Redis 6.0.0. */
  aclGetuser(username: Argument): Promise<Reply> {
    return this.send<Reply>(['ACL', 'GETUSER', username])
  }

  /** ACL LIST: List the current ACL rules in ACL config file format. Cost: O(N). Where N is the number of configured users. Since Redis 6.0.0. */
  aclList(): Promise<Text[]> {
    return this.send<Text[]>(['ACL', 'LIST'])
  }

  /** ACL LOAD: Reload the ACLs from the configured ACL file. Cost: O(N). Where N is the number of configured users. Since Redis 6.0.0. */
  aclLoad(): Promise<Text> {
    return this.send<Text>(['ACL', 'LOAD'])
  }

  /** ACL LOG: List latest events denied because of ACLs in place. Cost: O(N) with N being the number of entries shown. Since Redis 6.0.0. */
  aclLog(...rest: (Integer | 'RESET')[]): Promise<Reply> {
    return this.send<Reply>(['ACL', 'LOG', ...rest])
  }

  /** ACL SAVE: Save the current ACL rules in the configured ACL file. Cost: O(N). Where N is the number of configured users. Since Redis 6.0.0. */
  aclSave(): Promise<Text> {
    return this.send<Text>(['ACL', 'SAVE'])
  }

  /** ACL SETUSER: Modify or create the rules for a specific ACL user. Cost: O(N). Where N is the number of rules provided. Since Redis 6.0.0. */
  aclSetuser(username: Argument, ...rules: Argument[]): Promise<Text> {
    return this.send<Text>(['ACL', 'SETUSER', username, ...rules])
  }

  /** ACL USERS: List the username of all the configured ACL rules. Cost: O(N). Where N is the number of configured users. Since Redis 6.0.0. */
  aclUsers(): Promise<Text[]> {
    return this.send<Text[]>(['ACL', 'USERS'])
  }

  /** ACL WHOAMI: Return the name of the user associated to the current connection. Cost: O(1). Since Redis 6.0.0. */
  aclWhoami(): Promise<Text> {
    return this.send<Text>(['ACL', 'WHOAMI'])
  }

  /** APPEND: Append a value to a key. Cost: O(1). The amortized time complexity is O(1) assuming the appended value is small and the already present value is of any size, since the dynamic string library used by Redis will double the free space available on every reallocation. Since Redis 2.0.0. */
  append(key: Key, value: Argument): Promise<number> {
    return this.send<number>(['APPEND', key, value])
  }

  /** BGREWRITEAOF: Asynchronously rewrite the append-only file. Cost: O(1). Since Redis 1.0.0. */
  bgrewriteaof(): Promise<Text> {
    return this.send<Text>(['BGREWRITEAOF'])
  }

  /** BGSAVE: Asynchronously save the dataset to disk. Cost: O(1). Since Redis 1.0.0. */
  bgsave(...rest: 'SCHEDULE'[]): Promise<Text> {
    return this.send<Text>(['BGSAVE', ...rest])
  }

  /** BITCOUNT: Count set bits in a string. Cost: O(N). Since Redis 2.6.0. */
  bitcount(key: Key, ...rest: (Integer | 'BYTE' | 'BIT')[]): Promise<number> {
    return this.send<number>(['BITCOUNT', key, ...rest])
  }

  /** BITFIELD: Perform arbitrary bitfield integer operations on strings. Cost: O(1) for each subcommand specified. Since Redis 3.2.0. */
  bitfield(
    key: Key,
    ...operations: ('GET' | Argument | Integer | 'OVERFLOW' | 'WRAP' | 'SAT' | 'FAIL' | 'SET' | 'INCRBY')[]
  ): Promise<(number | bigint | null)[]> {
    return this.send<(number | bigint | null)[]>(['BITFIELD', key, ...operations])
  }

  /** BITFIELD_RO: Perform arbitrary bitfield integer operations on strings. Read-only variant of BITFIELD. Cost: O(1) for each subcommand specified. Since Redis 6.0.0. */
  bitfieldRo(
    key: Key,
    ...encodingAndOffsetPairs: ('GET' | Argument | Integer)[]
  ): Promise<(number | bigint | null)[]> {
    return this.send<(number | bigint | null)[]>(['BITFIELD_RO', key, ...encodingAndOffsetPairs])
  }

  /** BITOP: Perform bitwise operations between strings. Cost: O(N). Since Redis 2.6.0. */
  bitop(operation: Argument, destkey: Key, ...keys: Key[]): Promise<number> {
    return this.send<number>(['BITOP', operation, destkey, ...keys])
  }

  /** BITPOS: Find first bit set or clear in a string. Cost: O(N). Since Redis 2.8.7. */
  bitpos(key: Key, bit: Integer, ...rest: (Integer | 'BYTE' | 'BIT')[]): Promise<number> {
    return this.send<number>(['BITPOS', key, bit, ...rest])
  }

  /** BLMOVE: Pop an element from a list, push it to another list and return it; or block until one is available. Cost: O(1). Since Redis 6.2.0. */
  blmove(
    source: Key,
    destination: Key,
    wherefrom: 'LEFT' | 'RIGHT',
    whereto: 'LEFT' | 'RIGHT',
    timeout: Double,
  ): Promise<Text | null> {
    return this.send<Text | null>(['BLMOVE', source, destination, wherefrom, whereto, timeout])
  }

  /** BLMPOP: Pop elements from a list, or block until one is available. Cost: O(N+M) where N is the number of provided keys and M is the number of elements returned. Since Redis 7.0.0. */
  blmpop(
    timeout: Double,
    numkeys: Integer,
    ...rest: (Key | 'LEFT' | 'RIGHT' | 'COUNT' | Integer)[]
  ): Promise<[key: Text, values: Text[]] | null> {
    return this.send<[key: Text, values: Text[]] | null>(['BLMPOP', timeout, numkeys, ...rest])
  }

  /** BLPOP: Remove and get the first element in a list, or block until one is available. Cost: O(N) where N is the number of provided keys. Since Redis 2.0.0. */
  blpop(...rest: (Key | Double)[]): Promise<[key: Text, value: Text] | null> {
    return this.send<[key: Text, value: Text] | null>(['BLPOP', ...rest])
  }

  /** BRPOP: Remove and get the last element in a list, or block until one is available. Cost: O(N) where N is the number of provided keys. Since Redis 2.0.0. */
  brpop(...rest: (Key | Double)[]): Promise<[key: Text, value: Text] | null> {
    return this.send<[key: Text, value: Text] | null>(['BRPOP', ...rest])
  }

  /** BRPOPLPUSH: Pop an element from a list, push it to another list and return it; or block until one is available. Cost: O(1). Since Redis 2.2.0. Replaced by `BLMOVE` with the `RIGHT` and `LEFT` arguments. */
  brpoplpush(source: Key, destination: Key, timeout: Double): Promise<Text | null> {
    return this.send<Text | null>(['BRPOPLPUSH', source, destination, timeout])
  }

  /** BZMPOP: Remove and return members with scores in a sorted set or block until one is available. Cost: O(K) + O(M*log(N)) where K is the number of provided keys, N being the number of elements in the sorted set, and M being the number of elements popped. Since Redis 7.0.0. */
  bzmpop(
    timeout: Double,
    numkeys: Integer,
    ...rest: (Key | 'MIN' | 'MAX' | 'COUNT' | Integer)[]
  ): Promise<[key: Text, members: [Text, number][]] | null> {
    return this.send<[key: Text, members: [Text, number][]] | null>(
      ['BZMPOP', timeout, numkeys, ...rest],
      shape.asKeyedMembers,
    )
  }

  /** BZPOPMAX: Remove and return the member with the highest score from one or more sorted sets, or block until one is available. Cost: O(log(N)) with N being the number of elements in the sorted set. Since Redis 5.0.0. */
  bzpopmax(...rest: (Key | Double)[]): Promise<[key: Text, member: Text, score: number] | null> {
    return this.send<[key: Text, member: Text, score: number] | null>(
      ['BZPOPMAX', ...rest],
      shape.asKeyedMember,
    )
  }

  /** BZPOPMIN: Remove and return the member with the lowest score from one or more sorted sets, or block until one is available. Cost: O(log(N)) with N being the number of elements in the sorted set. Since Redis 5.0.0. */
  bzpopmin(...rest: (Key | Double)[]): Promise<[key: Text, member: Text, score: number] | null> {
    return this.send<[key: Text, member: Text, score: number] | null>(
      ['BZPOPMIN', ...rest],
      shape.asKeyedMember,
    )
  }

  /** CLIENT GETNAME: Get the current connection name. Cost: O(1). Since Redis 2.6.9. */
  clientGetname(): Promise<Text | null> {
    return this.send<Text | null>(['CLIENT', 'GETNAME'])
  }

  /** CLIENT GETREDIR: Get tracking notifications redirection client ID if any. Cost: O(1). Since Redis 6.0.0. */
  clientGetredir(): Promise<number> {
    return this.send<number>(['CLIENT', 'GETREDIR'])
  }

  /** CLIENT ID: Returns the client ID for the current connection. Cost: O(1). Since Redis 5.0.0. */
  clientId(): Promise<number> {
    return this.send<number>(['CLIENT', 'ID'])
  }

  /** CLIENT INFO: Returns information about the current client connection. Cost: O(1). Since Redis 6.2.0. */
  clientInfo(): Promise<Text> {
    return this.send<Text>(['CLIENT', 'INFO'])
  }

  /** CLIENT KILL: Kill the connection of a client. Cost: O(N) where N is the number of client connections. Since Redis 2.4.0. */
  clientKill(
    ...rest: (
      | Argument
      | 'ID'
      | Integer
      | 'TYPE'
      | 'NORMAL'
      | 'MASTER'
      | 'SLAVE'
      | 'REPLICA'
      | 'PUBSUB'
      | 'USER'
      | 'ADDR'
      | 'LADDR'
      | 'SKIPME'
    )[]
  ): Promise<Reply> {
    return this.send<Reply>(['CLIENT', 'KILL', ...rest])
  }

  /** CLIENT LIST: Get the list of client connections. Cost: O(N) where N is the number of client connections. Since Redis 2.4.0. */
  clientList(
    ...rest: ('TYPE' | 'NORMAL' | 'MASTER' | 'REPLICA' | 'PUBSUB' | 'ID' | Integer)[]
  ): Promise<Text> {
    return this.send<Text>(['CLIENT', 'LIST', ...rest])
  }

  /** CLIENT PAUSE: Stop processing commands from clients for some time. Cost: O(1). Since Redis 2.9.50. */
  clientPause(timeout: Integer, ...rest: ('WRITE' | 'ALL')[]): Promise<Text> {
    return this.send<Text>(['CLIENT', 'PAUSE', timeout, ...rest])
  }

  /** CLIENT TRACKINGINFO: Return information about server assisted client side caching for the current connection. Cost: O(1). Since Redis 6.2.0. */
  clientTrackinginfo(): Promise<Record<string, Reply>> {
    return this.send<Record<string, Reply>>(['CLIENT', 'TRACKINGINFO'], shape.asInfo)
  }

  /** CLIENT UNBLOCK: Unblock a client blocked in a blocking command from a different connection. Cost: O(log N) where N is the number of client connections. Since Redis 5.0.0. */
  clientUnblock(clientId: Integer, ...rest: ('TIMEOUT' | 'ERROR')[]): Promise<number> {
    return this.send<number>(['CLIENT', 'UNBLOCK', clientId, ...rest])
  }

  /** CLIENT UNPAUSE: Resume processing of clients that were paused. Cost: O(N) Where N is the number of paused clients. Since Redis 6.2.0. */
  clientUnpause(): Promise<Text> {
    return this.send<Text>(['CLIENT', 'UNPAUSE'])
  }

  /** CLUSTER ADDSLOTS: Assign new hash slots to receiving node. Cost: O(N) where N is the total number of hash slot arguments. Since Redis 3.0.0. */
  clusterAddslots(...slots: Integer[]): Promise<Reply> {
    return this.send<Reply>(['CLUSTER', 'ADDSLOTS', ...slots])
  }

  /** CLUSTER ADDSLOTSRANGE: Assign new hash slots to receiving node. Cost: O(N) where N is the total number of the slots between the start slot and end slot arguments. Since Redis 7.0.0. */
  clusterAddslotsrange(...startSlotAndEndSlotPairs: Integer[]): Promise<Reply> {
    return this.send<Reply>(['CLUSTER', 'ADDSLOTSRANGE', ...startSlotAndEndSlotPairs])
  }

  /** CLUSTER BUMPEPOCH: Advance the cluster config epoch. Cost: O(1). Since Redis 3.0.0. */
  clusterBumpepoch(): Promise<Reply> {
    return this.send<Reply>(['CLUSTER', 'BUMPEPOCH'])
  }

  /** CLUSTER COUNT-FAILURE-REPORTS: Return the number of failure reports active for a given node. Cost: O(N) where N is the number of failure reports. Since Redis 3.0.0. */
  clusterCountFailureReports(nodeId: Argument): Promise<Reply> {
    return this.send<Reply>(['CLUSTER', 'COUNT-FAILURE-REPORTS', nodeId])
  }

  /** CLUSTER COUNTKEYSINSLOT: Return the number of local keys in the specified hash slot. Cost: O(1). Since Redis 3.0.0. */
  clusterCountkeysinslot(slot: Integer): Promise<number> {
    return this.send<number>(['CLUSTER', 'COUNTKEYSINSLOT', slot])
  }

  /** CLUSTER DELSLOTS: Set hash slots as unbound in receiving node. Cost: O(N) where N is the total number of hash slot arguments. Since Redis 3.0.0. */
  clusterDelslots(...slots: Integer[]): Promise<Reply> {
    return this.send<Reply>(['CLUSTER', 'DELSLOTS', ...slots])
  }

  /** CLUSTER DELSLOTSRANGE: Set hash slots as unbound in receiving node. Cost: O(N) where N is the total number of the slots between the start slot and end slot arguments. Since Redis 7.0.0. */
  clusterDelslotsrange(...startSlotAndEndSlotPairs: Integer[]): Promise<Reply> {
    return this.send<Reply>(['CLUSTER', 'DELSLOTSRANGE', ...startSlotAndEndSlotPairs])
  }

  /** CLUSTER FAILOVER: Forces a replica to perform a manual failover of its master. Cost: O(1). Since Redis 3.0.0. */
  clusterFailover(...rest: ('FORCE' | 'TAKEOVER')[]): Promise<Reply> {
    return this.send<Reply>(['CLUSTER', 'FAILOVER', ...rest])
  }

  /** CLUSTER FLUSHSLOTS: Delete a node's own slots information. Cost: O(1). Since Redis 3.0.0. */
  clusterFlushslots(): Promise<Reply> {
    return this.send<Reply>(['CLUSTER', 'FLUSHSLOTS'])
  }

  /** CLUSTER FORGET: Remove a node from the nodes table. Cost: O(1). Since Redis 3.0.0. */
  clusterForget(nodeId: Argument): Promise<Reply> {
    return this.send<Reply>(['CLUSTER', 'FORGET', nodeId])
  }

  /** CLUSTER GETKEYSINSLOT: Return local key names in the specified hash slot. Cost: O(log(N)) where N is the number of requested keys. Since Redis 3.0.0. */
  clusterGetkeysinslot(slot: Integer, count: Integer): Promise<Text[]> {
    return this.send<Text[]>(['CLUSTER', 'GETKEYSINSLOT', slot, count])
  }

  /** CLUSTER INFO: Provides info about Redis Cluster node state. Cost: O(1). Since Redis 3.0.0. */
  clusterInfo(): Promise<Text> {
    return this.send<Text>(['CLUSTER', 'INFO'])
  }

  /** CLUSTER KEYSLOT: Returns the hash slot of the specified key. Cost: O(N) where N is the number of bytes in the key. Since Redis 3.0.0. */
  clusterKeyslot(key: Argument): Promise<number> {
    return this.send<number>(['CLUSTER', 'KEYSLOT', key])
  }

  /** CLUSTER LINKS: Returns a list of all TCP links to and from peer nodes in cluster. Cost: O(N) where N is the total number of Cluster nodes. Since Redis 7.0.0. */
  clusterLinks(): Promise<Reply> {
    return this.send<Reply>(['CLUSTER', 'LINKS'])
  }

  /** CLUSTER MEET: Force a node cluster to handshake with another node. Cost: O(1). Since Redis 3.0.0. */
  clusterMeet(ip: Argument, port: Integer, clusterBusPort?: Integer): Promise<Reply> {
    return this.send<Reply>([
      'CLUSTER',
      'MEET',
      ip,
      port,
      ...(clusterBusPort === undefined ? [] : [clusterBusPort]),
    ])
  }

  /** CLUSTER MYID: Return the node id. Cost: O(1). Since Redis 3.0.0. */
  clusterMyid(): Promise<Text> {
    return this.send<Text>(['CLUSTER', 'MYID'])
  }

  /** CLUSTER NODES: Get Cluster config for the node. Cost: O(N) where N is the total number of Cluster nodes. Since Redis 3.0.0. */
  clusterNodes(): Promise<Text> {
    return this.send<Text>(['CLUSTER', 'NODES'])
  }

  /** CLUSTER REPLICAS: List replica nodes of the specified master node. Cost: O(1). Since Redis 5.0.0. */
  clusterReplicas(nodeId: Argument): Promise<Reply> {
    return this.send<Reply>(['CLUSTER', 'REPLICAS', nodeId])
  }

  /** CLUSTER REPLICATE: Reconfigure a node as a replica of the specified master node. Cost: O(1). Since Redis 3.0.0. */
  clusterReplicate(nodeId: Argument): Promise<Reply> {
    return this.send<Reply>(['CLUSTER', 'REPLICATE', nodeId])
  }

  /** CLUSTER RESET: Reset a Redis Cluster node. Cost: O(N) where N is the number of known nodes. The command may execute a FLUSHALL as a side effect. Since Redis 3.0.0. */
  clusterReset(...rest: ('HARD' | 'SOFT')[]): Promise<Reply> {
    return this.send<Reply>(['CLUSTER', 'RESET', ...rest])
  }

  /** CLUSTER SAVECONFIG: Forces the node to save cluster state on disk. Cost: O(1). Since Redis 3.0.0. */
  clusterSaveconfig(): Promise<Reply> {
    return this.send<Reply>(['CLUSTER', 'SAVECONFIG'])
  }

  /** CLUSTER SETSLOT: Bind a hash slot to a specific node. Cost: O(1). Since Redis 3.0.0. */
  clusterSetslot(
    slot: Integer,
    ...rest: ('IMPORTING' | Argument | 'MIGRATING' | 'NODE' | 'STABLE')[]
  ): Promise<Reply> {
    return this.send<Reply>(['CLUSTER', 'SETSLOT', slot, ...rest])
  }

  /** CLUSTER SHARDS: Get array of cluster slots to node mappings. Cost: O(N) where N is the total number of cluster nodes. Since Redis 7.0.0. */
  clusterShards(): Promise<Reply> {
    return this.send<Reply>(['CLUSTER', 'SHARDS'])
  }

  /** CLUSTER SLAVES: List replica nodes of the specified master node. Cost: O(1). Since Redis 3.0.0. Replaced by `CLUSTER REPLICAS`. */
  clusterSlaves(nodeId: Argument): Promise<Reply> {
    return this.send<Reply>(['CLUSTER', 'SLAVES', nodeId])
  }

  /** CLUSTER SLOTS: Get array of Cluster slot to node mappings. Cost: O(N) where N is the total number of Cluster nodes. Since Redis 3.0.0. Replaced by `CLUSTER SHARDS`. */
  clusterSlots(): Promise<Reply> {
    return this.send<Reply>(['CLUSTER', 'SLOTS'])
  }

  /** COMMAND COUNT: Get total number of Redis commands. Cost: O(1). Since Redis 2.8.13. */
  commandCount(): Promise<number> {
    return this.send<number>(['COMMAND', 'COUNT'])
  }

  /** COMMAND DOCS: Get array of specific Redis command documentation. Cost: O(N) where N is the number of commands to look up. Since Redis 7.0.0. */
  commandDocs(...commandNames: Argument[]): Promise<Reply> {
    return this.send<Reply>(['COMMAND', 'DOCS', ...commandNames])
  }

  /** COMMAND GETKEYS: Extract keys given a full Redis command. Cost: O(N) where N is the number of arguments to the command. Since Redis 2.8.13. */
  commandGetkeys(): Promise<Text[]> {
    return this.send<Text[]>(['COMMAND', 'GETKEYS'])
  }

  /** COMMAND GETKEYSANDFLAGS: Extract keys and access flags given a full Redis command. Cost: O(N) where N is the number of arguments to the command. Since Redis 7.0.0. */
  commandGetkeysandflags(): Promise<Reply> {
    return this.send<Reply>(['COMMAND', 'GETKEYSANDFLAGS'])
  }

  /** COMMAND INFO: Get array of specific Redis command details, or all when no argument is given. Cost: O(N) where N is the number of commands to look up. Since Redis 2.8.13. */
  commandInfo(...commandNames: Argument[]): Promise<Reply> {
    return this.send<Reply>(['COMMAND', 'INFO', ...commandNames])
  }

  /** COMMAND LIST: Get an array of Redis command names. Cost: O(N) where N is the total number of Redis commands. Since Redis 7.0.0. */
  commandList(...rest: ('FILTERBY' | 'MODULE' | Argument | 'ACLCAT' | 'PATTERN' | Key)[]): Promise<Text[]> {
    return this.send<Text[]>(['COMMAND', 'LIST', ...rest])
  }

  /** CONFIG GET: Get the values of configuration parameters. Cost: O(N) when N is the number of configuration parameters provided. Since Redis 2.0.0. */
  configGet(...parameters: Argument[]): Promise<Record<string, Text>> {
    return this.send<Record<string, Text>>(['CONFIG', 'GET', ...parameters], shape.asRecord)
  }

  /** CONFIG RESETSTAT: Reset the stats returned by INFO. Cost: O(1). Since Redis 2.0.0. */
  configResetstat(): Promise<Text> {
    return this.send<Text>(['CONFIG', 'RESETSTAT'])
  }

  /** CONFIG REWRITE: Rewrite the configuration file with the in memory configuration. Cost: O(1). Since Redis 2.8.0. */
  configRewrite(): Promise<Text> {
    return this.send<Text>(['CONFIG', 'REWRITE'])
  }

  /** CONFIG SET: Set configuration parameters to the given values. Cost: O(N) when N is the number of configuration parameters provided. Since Redis 2.0.0. */
  configSet(...parameterAndValuePairs: Argument[]): Promise<Text> {
    return this.send<Text>(['CONFIG', 'SET', ...parameterAndValuePairs])
  }

  /** COPY: Copy a key. Cost: O(N) worst case for collections, where N is the number of nested items. O(1) for string values. Since Redis 6.2.0. */
  copy(source: Key, destination: Key, ...rest: ('DB' | Integer | 'REPLACE')[]): Promise<number> {
    return this.send<number>(['COPY', source, destination, ...rest])
  }

  /** DBSIZE: Return the number of keys in the selected database. Cost: O(1). Since Redis 1.0.0. */
  dbsize(): Promise<number> {
    return this.send<number>(['DBSIZE'])
  }

  /** DECR: Decrement the integer value of a key by one. Cost: O(1). Since Redis 1.0.0. */
  decr(key: Key): Promise<number | bigint> {
    return this.send<number | bigint>(['DECR', key])
  }

  /** DECRBY: Decrement the integer value of a key by the given number. Cost: O(1). Since Redis 1.0.0. */
  decrby(key: Key, decrement: Integer): Promise<number | bigint> {
    return this.send<number | bigint>(['DECRBY', key, decrement])
  }

  /** DEL: Delete a key. Cost: O(N) where N is the number of keys that will be removed. When a key to remove holds a value other than a string, the individual complexity for this key is O(M) where M is the number of elements in the list, set, sorted set or hash. Removing a single key that holds a string value is O(1). Since Redis 1.0.0. */
  del(...keys: Key[]): Promise<number> {
    return this.send<number>(['DEL', ...keys])
  }

  /** DUMP: Return a serialized version of the value stored at the specified key. Cost: O(1) to access the key and additional O(N*M) to serialize it, where N is the number of Redis objects composing the value and M their average size. For small string values the time complexity is thus O(1)+O(1*M) where M is small, so simply O(1). Since Redis 2.6.0. */
  dump(key: Key): Promise<Text | null> {
    return this.send<Text | null>(['DUMP', key])
  }

  /** ECHO: Echo the given string. Cost: O(1). Since Redis 1.0.0. */
  echo(message: Argument): Promise<Text> {
    return this.send<Text>(['ECHO', message])
  }

  /** EVAL: Execute a Lua script server side. Cost: Depends on the script that is executed. Since Redis 2.6.0. */
  eval(script: Argument, numkeys: Integer, ...rest: (Key | Argument)[]): Promise<Reply> {
    return this.send<Reply>(['EVAL', script, numkeys, ...rest])
  }

  /** EVALSHA: Execute a Lua script server side. Cost: Depends on the script that is executed. Since Redis 2.6.0. */
  evalsha(sha1: Argument, numkeys: Integer, ...rest: (Key | Argument)[]): Promise<Reply> {
    return this.send<Reply>(['EVALSHA', sha1, numkeys, ...rest])
  }

  /** EVALSHA_RO: Execute a read-only Lua script server side. Cost: Depends on the script that is executed. Since Redis 7.0.0. */
  evalshaRo(sha1: Argument, numkeys: Integer, ...rest: (Key | Argument)[]): Promise<Reply> {
    return this.send<Reply>(['EVALSHA_RO', sha1, numkeys, ...rest])
  }

  /** EVAL_RO: Execute a read-only Lua script server side. Cost: Depends on the script that is executed. Since Redis 7.0.0. */
  evalRo(script: Argument, numkeys: Integer, ...rest: (Key | Argument)[]): Promise<Reply> {
    return this.send<Reply>(['EVAL_RO', script, numkeys, ...rest])
  }

  /** EXISTS: Determine if a key exists. Cost: O(N) where N is the number of keys to check. Since Redis 1.0.0. */
  exists(...keys: Key[]): Promise<number> {
    return this.send<number>(['EXISTS', ...keys])
  }

  /** EXPIRE: Set a key's time to live in seconds. Cost: O(1). Since Redis 1.0.0. */
  expire(key: Key, seconds: Integer, ...rest: ('NX' | 'XX' | 'GT' | 'LT')[]): Promise<number> {
    return this.send<number>(['EXPIRE', key, seconds, ...rest])
  }

  /** EXPIREAT: Set the expiration for a key as a UNIX timestamp. Cost: O(1). Since Redis 1.2.0. */
  expireat(key: Key, unixTimeSeconds: Integer, ...rest: ('NX' | 'XX' | 'GT' | 'LT')[]): Promise<number> {
    return this.send<number>(['EXPIREAT', key, unixTimeSeconds, ...rest])
  }

  /** EXPIRETIME: Get the expiration Unix timestamp for a key. Cost: O(1). Since Redis 7.0.0. */
  expiretime(key: Key): Promise<number> {
    return this.send<number>(['EXPIRETIME', key])
  }

  /** FAILOVER: Start a coordinated failover between this server and one of its replicas. Cost: O(1). Since Redis 6.2.0. */
  failover(...rest: ('TO' | Argument | Integer | 'FORCE' | 'ABORT' | 'TIMEOUT')[]): Promise<Reply> {
    return this.send<Reply>(['FAILOVER', ...rest])
  }

  /** FCALL: Invoke a function. Cost: Depends on the function that is executed. Since Redis 7.0.0. */
  fcall(functionName: Argument, numkeys: Integer, ...rest: (Key | Argument)[]): Promise<Reply> {
    return this.send<Reply>(['FCALL', functionName, numkeys, ...rest])
  }

  /** FCALL_RO: Invoke a read-only function. Cost: Depends on the function that is executed. Since Redis 7.0.0. */
  fcallRo(functionName: Argument, numkeys: Integer, ...rest: (Key | Argument)[]): Promise<Reply> {
    return this.send<Reply>(['FCALL_RO', functionName, numkeys, ...rest])
  }

  /** FLUSHALL: Remove all keys from all databases. Cost: O(N) where N is the total number of keys in all databases. Since Redis 1.0.0. */
  flushall(...rest: ('ASYNC' | 'SYNC')[]): Promise<Text> {
    return this.send<Text>(['FLUSHALL', ...rest])
  }

  /** FLUSHDB: Remove all keys from the current database. Cost: O(N) where N is the number of keys in the selected database. Since Redis 1.0.0. */
  flushdb(...rest: ('ASYNC' | 'SYNC')[]): Promise<Text> {
    return this.send<Text>(['FLUSHDB', ...rest])
  }

  /** FUNCTION DELETE: Delete a function by name. Cost: O(1). Since Redis 7.0.0. */
  functionDelete(libraryName: Argument): Promise<Text> {
    return this.send<Text>(['FUNCTION', 'DELETE', libraryName])
  }

  /** FUNCTION DUMP: Dump all functions into a serialized binary payload. Cost: O(N) where N is the number of functions. Since Redis 7.0.0. */
  functionDump(): Promise<Text> {
    return this.send<Text>(['FUNCTION', 'DUMP'])
  }

  /** FUNCTION FLUSH: Deleting all functions. Cost: O(N) where N is the number of functions deleted. Since Redis 7.0.0. */
  functionFlush(...rest: ('ASYNC' | 'SYNC')[]): Promise<Text> {
    return this.send<Text>(['FUNCTION', 'FLUSH', ...rest])
  }

  /** FUNCTION KILL: Kill the function currently in execution. Cost: O(1). Since Redis 7.0.0. */
  functionKill(): Promise<Text> {
    return this.send<Text>(['FUNCTION', 'KILL'])
  }

  /** FUNCTION LIST: List information about all the functions. Cost: O(N) where N is the number of functions. Since Redis 7.0.0. */
  functionList(...rest: ('LIBRARYNAME' | Argument | 'WITHCODE')[]): Promise<Reply> {
    return this.send<Reply>(['FUNCTION', 'LIST', ...rest])
  }

  /** FUNCTION LOAD: Create a function with the given arguments (name, code, description). Cost: O(1) (considering compilation time is redundant). Since Redis 7.0.0. */
  functionLoad(...rest: ('REPLACE' | Argument)[]): Promise<Text> {
    return this.send<Text>(['FUNCTION', 'LOAD', ...rest])
  }

  /** FUNCTION RESTORE: Restore all the functions on the given payload. Cost: O(N) where N is the number of functions on the payload. Since Redis 7.0.0. */
  functionRestore(serializedValue: Argument, ...rest: ('FLUSH' | 'APPEND' | 'REPLACE')[]): Promise<Text> {
    return this.send<Text>(['FUNCTION', 'RESTORE', serializedValue, ...rest])
  }

  /** FUNCTION STATS: Return information about the function currently running (name, description, duration). Cost: O(1). Since Redis 7.0.0. */
  functionStats(): Promise<Reply> {
    return this.send<Reply>(['FUNCTION', 'STATS'])
  }

  /** GEOADD: Add one or more geospatial items in the geospatial index represented using a sorted set. Cost: O(log(N)) for each item added, where N is the number of elements in the sorted set. Since Redis 3.2.0. */
  geoadd(key: Key, ...rest: ('NX' | 'XX' | 'CH' | Double | Argument)[]): Promise<number> {
    return this.send<number>(['GEOADD', key, ...rest])
  }

  /** GEODIST: Returns the distance between two members of a geospatial index. Cost: O(log(N)). Since Redis 3.2.0. */
  geodist(
    key: Key,
    member1: Argument,
    member2: Argument,
    ...rest: ('M' | 'KM' | 'FT' | 'MI')[]
  ): Promise<number | null> {
    return this.send<number | null>(['GEODIST', key, member1, member2, ...rest], shape.asNumberOrNull)
  }

  /** GEOHASH: Returns members of a geospatial index as standard geohash strings. Cost: O(log(N)) for each member requested, where N is the number of elements in the sorted set. Since Redis 3.2.0. */
  geohash(key: Key, ...members: Argument[]): Promise<(Text | null)[]> {
    return this.send<(Text | null)[]>(['GEOHASH', key, ...members])
  }

  /** GEOPOS: Returns longitude and latitude of members of a geospatial index. Cost: O(N) where N is the number of members requested. Since Redis 3.2.0. */
  geopos(key: Key, ...members: Argument[]): Promise<([longitude: number, latitude: number] | null)[]> {
    return this.send<([longitude: number, latitude: number] | null)[]>(
      ['GEOPOS', key, ...members],
      shape.asPositions,
    )
  }

  /** GEORADIUS: Query a sorted set representing a geospatial index to fetch members matching a given maximum distance from a point. Cost: O(N+log(M)) where N is the number of elements inside the bounding box of the circular area delimited by center and radius and M is the number of items inside the index. Since Redis 3.2.0. Replaced by `GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` argument. */
  georadius(
    key: Key,
    longitude: Double,
    latitude: Double,
    radius: Double,
    unit: 'M' | 'KM' | 'FT' | 'MI',
    ...rest: (
      | 'WITHCOORD'
      | 'WITHDIST'
      | 'WITHHASH'
      | 'COUNT'
      | Integer
      | 'ANY'
      | 'ASC'
      | 'DESC'
      | 'STORE'
      | Key
      | 'STOREDIST'
    )[]
  ): Promise<Reply> {
    return this.send<Reply>(['GEORADIUS', key, longitude, latitude, radius, unit, ...rest])
  }

  /** GEORADIUSBYMEMBER: Query a sorted set representing a geospatial index to fetch members matching a given maximum distance from a member. Cost: O(N+log(M)) where N is the number of elements inside the bounding box of the circular area delimited by center and radius and M is the number of items inside the index. Since Redis 3.2.0. Replaced by `GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` and `FROMMEMBER` arguments. */
  georadiusbymember(
    key: Key,
    member: Argument,
    radius: Double,
    unit: 'M' | 'KM' | 'FT' | 'MI',
    ...rest: (
      | 'WITHCOORD'
      | 'WITHDIST'
      | 'WITHHASH'
      | 'COUNT'
      | Integer
      | 'ANY'
      | 'ASC'
      | 'DESC'
      | 'STORE'
      | Key
      | 'STOREDIST'
    )[]
  ): Promise<Reply> {
    return this.send<Reply>(['GEORADIUSBYMEMBER', key, member, radius, unit, ...rest])
  }

  /** GEORADIUSBYMEMBER_RO: A read-only variant for GEORADIUSBYMEMBER. Cost: O(N+log(M)) where N is the number of elements inside the bounding box of the circular area delimited by center and radius and M is the number of items inside the index. Since Redis 3.2.10. Replaced by `GEOSEARCH` with the `BYRADIUS` and `FROMMEMBER` arguments. */
  georadiusbymemberRo(
    key: Key,
    member: Argument,
    radius: Double,
    unit: 'M' | 'KM' | 'FT' | 'MI',
    ...rest: ('WITHCOORD' | 'WITHDIST' | 'WITHHASH' | 'COUNT' | Integer | 'ANY' | 'ASC' | 'DESC')[]
  ): Promise<Reply> {
    return this.send<Reply>(['GEORADIUSBYMEMBER_RO', key, member, radius, unit, ...rest])
  }

  /** GEORADIUS_RO: A read-only variant for GEORADIUS. Cost: O(N+log(M)) where N is the number of elements inside the bounding box of the circular area delimited by center and radius and M is the number of items inside the index. Since Redis 3.2.10. Replaced by `GEOSEARCH` with the `BYRADIUS` argument. */
  georadiusRo(
    key: Key,
    longitude: Double,
    latitude: Double,
    radius: Double,
    unit: 'M' | 'KM' | 'FT' | 'MI',
    ...rest: ('WITHCOORD' | 'WITHDIST' | 'WITHHASH' | 'COUNT' | Integer | 'ANY' | 'ASC' | 'DESC')[]
  ): Promise<Reply> {
    return this.send<Reply>(['GEORADIUS_RO', key, longitude, latitude, radius, unit, ...rest])
  }

  /** GEOSEARCH: Query a sorted set representing a geospatial index to fetch members inside an area of a box or a circle. Cost: O(N+log(M)) where N is the number of elements in the grid-aligned bounding box area around the shape provided as the filter and M is the number of items inside the shape. Since Redis 6.2.0. */
  geosearch(
    key: Key,
    ...rest: (
      | 'FROMMEMBER'
      | Argument
      | 'FROMLONLAT'
      | Double
      | 'BYRADIUS'
      | 'M'
      | 'KM'
      | 'FT'
      | 'MI'
      | 'BYBOX'
      | 'ASC'
      | 'DESC'
      | 'COUNT'
      | Integer
      | 'ANY'
      | 'WITHCOORD'
      | 'WITHDIST'
      | 'WITHHASH'
    )[]
  ): Promise<Reply> {
    return this.send<Reply>(['GEOSEARCH', key, ...rest])
  }

  /** GEOSEARCHSTORE: Query a sorted set representing a geospatial index to fetch members inside an area of a box or a circle, and store the result in another key. Cost: O(N+log(M)) where N is the number of elements in the grid-aligned bounding box area around the shape provided as the filter and M is the number of items inside the shape. Since Redis 6.2.0. */
  geosearchstore(
    destination: Key,
    source: Key,
    ...rest: (
      | 'FROMMEMBER'
      | Argument
      | 'FROMLONLAT'
      | Double
      | 'BYRADIUS'
      | 'M'
      | 'KM'
      | 'FT'
      | 'MI'
      | 'BYBOX'
      | 'ASC'
      | 'DESC'
      | 'COUNT'
      | Integer
      | 'ANY'
      | 'STOREDIST'
    )[]
  ): Promise<number> {
    return this.send<number>(['GEOSEARCHSTORE', destination, source, ...rest])
  }

  /** GET: Get the value of a key. Cost: O(1). Since Redis 1.0.0. */
  get(key: Key): Promise<Text | null> {
    return this.send<Text | null>(['GET', key])
  }

  /** GETBIT: Returns the bit value at offset in the string value stored at key. Cost: O(1). Since Redis 2.2.0. */
  getbit(key: Key, offset: Integer): Promise<number> {
    return this.send<number>(['GETBIT', key, offset])
  }

  /** GETDEL: Get the value of a key and delete the key. Cost: O(1). Since Redis 6.2.0. */
  getdel(key: Key): Promise<Text | null> {
    return this.send<Text | null>(['GETDEL', key])
  }

  /** GETEX: Get the value of a key and optionally set its expiration. Cost: O(1). Since Redis 6.2.0. */
  getex(key: Key, ...rest: ('EX' | Integer | 'PX' | 'EXAT' | 'PXAT' | 'PERSIST')[]): Promise<Text | null> {
    return this.send<Text | null>(['GETEX', key, ...rest])
  }

  /** GETRANGE: Get a substring of the string stored at a key. Cost: O(N) where N is the length of the returned string. The complexity is ultimately determined by the returned length, but because creating a substring from an existing string is very cheap, it can be considered O(1) for small strings. Since Redis 2.4.0. */
  getrange(key: Key, start: Integer, end: Integer): Promise<Text | null> {
    return this.send<Text | null>(['GETRANGE', key, start, end])
  }

  /** GETSET: Set the string value of a key and return its old value. Cost: O(1). Since Redis 1.0.0. Replaced by `SET` with the `!GET` argument. */
  getset(key: Key, value: Argument): Promise<Text | null> {
    return this.send<Text | null>(['GETSET', key, value])
  }

  /** HDEL: Delete one or more hash fields. Cost: O(N) where N is the number of fields to be removed. Since Redis 2.0.0. */
  hdel(key: Key, ...fields: Argument[]): Promise<number> {
    return this.send<number>(['HDEL', key, ...fields])
  }

  /** HEXISTS: Determine if a hash field exists. Cost: O(1). Since Redis 2.0.0. */
  hexists(key: Key, field: Argument): Promise<number> {
    return this.send<number>(['HEXISTS', key, field])
  }

  /** HGET: Get the value of a hash field. Cost: O(1). Since Redis 2.0.0. */
  hget(key: Key, field: Argument): Promise<Text | null> {
    return this.send<Text | null>(['HGET', key, field])
  }

  /** HGETALL: Get all the fields and values in a hash. Cost: O(N) where N is the size of the hash. Since Redis 2.0.0. */
  hgetall(key: Key): Promise<Record<string, Text>> {
    return this.send<Record<string, Text>>(['HGETALL', key], shape.asRecord)
  }

  /** HINCRBY: Increment the integer value of a hash field by the given number. Cost: O(1). Since Redis 2.0.0. */
  hincrby(key: Key, field: Argument, increment: Integer): Promise<number | bigint> {
    return this.send<number | bigint>(['HINCRBY', key, field, increment])
  }

  /** HINCRBYFLOAT: Increment the float value of a hash field by the given amount. Cost: O(1). Since Redis 2.6.0. */
  hincrbyfloat(key: Key, field: Argument, increment: Double): Promise<number> {
    return this.send<number>(['HINCRBYFLOAT', key, field, increment], shape.asNumber)
  }

  /** HKEYS: Get all the fields in a hash. Cost: O(N) where N is the size of the hash. Since Redis 2.0.0. */
  hkeys(key: Key): Promise<Text[]> {
    return this.send<Text[]>(['HKEYS', key])
  }

  /** HLEN: Get the number of fields in a hash. Cost: O(1). Since Redis 2.0.0. */
  hlen(key: Key): Promise<number> {
    return this.send<number>(['HLEN', key])
  }

  /** HMGET: Get the values of all the given hash fields. Cost: O(N) where N is the number of fields being requested. Since Redis 2.0.0. */
  hmget(key: Key, ...fields: Argument[]): Promise<(Text | null)[]> {
    return this.send<(Text | null)[]>(['HMGET', key, ...fields])
  }

  /** HMSET: Set multiple hash fields to multiple values. Cost: O(N) where N is the number of fields being set. Since Redis 2.0.0. Replaced by `HSET` with multiple field-value pairs. */
  hmset(key: Key, ...fieldAndValuePairs: Argument[]): Promise<Text> {
    return this.send<Text>(['HMSET', key, ...fieldAndValuePairs])
  }

  /** HRANDFIELD: Get one or multiple random fields from a hash. Cost: O(N) where N is the number of fields returned. Since Redis 6.2.0. */
  hrandfield(key: Key, ...rest: (Integer | 'WITHVALUES')[]): Promise<Text | Text[] | null> {
    return this.send<Text | Text[] | null>(['HRANDFIELD', key, ...rest])
  }

  /** HSCAN: Incrementally iterate hash fields and associated values. Cost: O(1) for every call. O(N) for a complete iteration, including enough command calls for the cursor to return back to 0. N is the number of elements inside the collection.. Since Redis 2.8.0. */
  hscan(
    key: Key,
    cursor: Integer | string,
    ...rest: ('MATCH' | Key | 'COUNT' | Integer)[]
  ): Promise<[cursor: string, entries: [Text, Text][]]> {
    return this.send<[cursor: string, entries: [Text, Text][]]>(
      ['HSCAN', key, cursor, ...rest],
      shape.asPairScan,
    )
  }

  /** HSET: Set the string value of a hash field. Cost: O(1) for each field/value pair added, so O(N) to add N field/value pairs when the command is called with multiple field/value pairs. Since Redis 2.0.0. */
  hset(key: Key, ...fieldAndValuePairs: Argument[]): Promise<number> {
    return this.send<number>(['HSET', key, ...fieldAndValuePairs])
  }

  /** HSETNX: Set the value of a hash field, only if the field does not exist. Cost: O(1). Since Redis 2.0.0. */
  hsetnx(key: Key, field: Argument, value: Argument): Promise<number> {
    return this.send<number>(['HSETNX', key, field, value])
  }

  /** HSTRLEN: Get the length of the value of a hash field. Cost: O(1). Since Redis 3.2.0. */
  hstrlen(key: Key, field: Argument): Promise<number> {
    return this.send<number>(['HSTRLEN', key, field])
  }

  /** HVALS: Get all the values in a hash. Cost: O(N) where N is the size of the hash. Since Redis 2.0.0. */
  hvals(key: Key): Promise<Text[]> {
    return this.send<Text[]>(['HVALS', key])
  }

  /** INCR: Increment the integer value of a key by one. Cost: O(1). Since Redis 1.0.0. */
  incr(key: Key): Promise<number | bigint> {
    return this.send<number | bigint>(['INCR', key])
  }

  /** INCRBY: Increment the integer value of a key by the given amount. Cost: O(1). Since Redis 1.0.0. */
  incrby(key: Key, increment: Integer): Promise<number | bigint> {
    return this.send<number | bigint>(['INCRBY', key, increment])
  }

  /** INCRBYFLOAT: Increment the float value of a key by the given amount. Cost: O(1). Since Redis 2.6.0. */
  incrbyfloat(key: Key, increment: Double): Promise<number> {
    return this.send<number>(['INCRBYFLOAT', key, increment], shape.asNumber)
  }

  /** INFO: Get information and statistics about the server. Cost: O(1). Since Redis 1.0.0. */
  info(...sections: Argument[]): Promise<Text> {
    return this.send<Text>(['INFO', ...sections])
  }

  /** KEYS: Find all keys matching the given pattern. Cost: O(N) with N being the number of keys in the database, under the assumption that the key names in the database and the given pattern have limited length. Since Redis 1.0.0. */
  keys(pattern: Key): Promise<Text[]> {
    return this.send<Text[]>(['KEYS', pattern])
  }

  /** LASTSAVE: Get the UNIX time stamp of the last successful save to disk. Cost: O(1). Since Redis 1.0.0. */
  lastsave(): Promise<number> {
    return this.send<number>(['LASTSAVE'])
  }

  /** LATENCY DOCTOR: Return a human readable latency analysis report. Cost: O(1). Since Redis 2.8.13. */
  latencyDoctor(): Promise<Reply> {
    return this.send<Reply>(['LATENCY', 'DOCTOR'])
  }

  /** LATENCY GRAPH: Return a latency graph for the event. Cost: O(1). Since Redis 2.8.13. */
  latencyGraph(event: Argument): Promise<Reply> {
    return this.send<Reply>(['LATENCY', 'GRAPH', event])
  }

  /** LATENCY HISTOGRAM: Return the cumulative distribution of latencies of a subset of commands or all. Cost: O(N) where N is the number of commands with latency information being retrieved. Since Redis 7.0.0. */
  latencyHistogram(...commands: Argument[]): Promise<Reply> {
    return this.send<Reply>(['LATENCY', 'HISTOGRAM', ...commands])
  }

  /** LATENCY HISTORY: Return timestamp-latency samples for the event. Cost: O(1). Since Redis 2.8.13. */
  latencyHistory(event: Argument): Promise<Reply> {
    return this.send<Reply>(['LATENCY', 'HISTORY', event])
  }

  /** LATENCY LATEST: Return the latest latency samples for all events. Cost: O(1). Since Redis 2.8.13. */
  latencyLatest(): Promise<Reply> {
    return this.send<Reply>(['LATENCY', 'LATEST'])
  }

  /** LATENCY RESET: Reset latency data for one or more events. Cost: O(1). Since Redis 2.8.13. */
  latencyReset(...events: Argument[]): Promise<number> {
    return this.send<number>(['LATENCY', 'RESET', ...events])
  }

  /** LCS: Find longest common substring. Cost: O(N*M) where N and M are the lengths of s1 and s2, respectively. Since Redis 7.0.0. */
  lcs(
    key1: Key,
    key2: Key,
    ...rest: ('LEN' | 'IDX' | 'MINMATCHLEN' | Integer | 'WITHMATCHLEN')[]
  ): Promise<Text | number | Record<string, Reply>> {
    return this.send<Text | number | Record<string, Reply>>(['LCS', key1, key2, ...rest], shape.asLcs)
  }

  /** LINDEX: Get an element from a list by its index. Cost: O(N) where N is the number of elements to traverse to get to the element at index. This makes asking for the first or the last element of the list O(1). Since Redis 1.0.0. */
  lindex(key: Key, index: Integer): Promise<Text | null> {
    return this.send<Text | null>(['LINDEX', key, index])
  }

  /** LINSERT: Insert an element before or after another element in a list. Cost: O(N) where N is the number of elements to traverse before seeing the value pivot. This means that inserting somewhere on the left end on the list (head) can be considered O(1) and inserting somewhere on the right end (tail) is O(N). Since Redis 2.2.0. */
  linsert(key: Key, where: 'BEFORE' | 'AFTER', pivot: Argument, element: Argument): Promise<number> {
    return this.send<number>(['LINSERT', key, where, pivot, element])
  }

  /** LLEN: Get the length of a list. Cost: O(1). Since Redis 1.0.0. */
  llen(key: Key): Promise<number> {
    return this.send<number>(['LLEN', key])
  }

  /** LMOVE: Pop an element from a list, push it to another list and return it. Cost: O(1). Since Redis 6.2.0. */
  lmove(
    source: Key,
    destination: Key,
    wherefrom: 'LEFT' | 'RIGHT',
    whereto: 'LEFT' | 'RIGHT',
  ): Promise<Text | null> {
    return this.send<Text | null>(['LMOVE', source, destination, wherefrom, whereto])
  }

  /** LMPOP: Pop elements from a list. Cost: O(N+M) where N is the number of provided keys and M is the number of elements returned. Since Redis 7.0.0. */
  lmpop(
    numkeys: Integer,
    ...rest: (Key | 'LEFT' | 'RIGHT' | 'COUNT' | Integer)[]
  ): Promise<[key: Text, values: Text[]] | null> {
    return this.send<[key: Text, values: Text[]] | null>(['LMPOP', numkeys, ...rest])
  }

  /** LOLWUT: Display some computer art and the Redis version. Since Redis 5.0.0. */
  lolwut(...rest: ('VERSION' | Integer)[]): Promise<Text> {
    return this.send<Text>(['LOLWUT', ...rest])
  }

  /** LPOP: Remove and get the first elements in a list. Cost: O(N) where N is the number of elements returned. Since Redis 1.0.0. */
  lpop(key: Key, count?: Integer): Promise<Text | Text[] | null> {
    return this.send<Text | Text[] | null>(['LPOP', key, ...(count === undefined ? [] : [count])])
  }

  /** LPOS: Return the index of matching elements on a list. Cost: O(N) where N is the number of elements in the list, for the average case. When searching for elements near the head or the tail of the list, or when the MAXLEN option is provided, the command may run in constant time. Since Redis 6.0.6. */
  lpos(
    key: Key,
    element: Argument,
    ...rest: ('RANK' | Integer | 'COUNT' | 'MAXLEN')[]
  ): Promise<number | number[] | null> {
    return this.send<number | number[] | null>(['LPOS', key, element, ...rest])
  }

  /** LPUSH: Prepend one or multiple elements to a list. Cost: O(1) for each element added, so O(N) to add N elements when the command is called with multiple arguments. Since Redis 1.0.0. */
  lpush(key: Key, ...elements: Argument[]): Promise<number> {
    return this.send<number>(['LPUSH', key, ...elements])
  }

  /** LPUSHX: Prepend an element to a list, only if the list exists. Cost: O(1) for each element added, so O(N) to add N elements when the command is called with multiple arguments. Since Redis 2.2.0. */
  lpushx(key: Key, ...elements: Argument[]): Promise<number> {
    return this.send<number>(['LPUSHX', key, ...elements])
  }

  /** LRANGE: Get a range of elements from a list. Cost: O(S+N) where S is the distance of start offset from HEAD for small lists, from nearest end (HEAD or TAIL) for large lists; and N is the number of elements in the specified range. Since Redis 1.0.0. */
  lrange(key: Key, start: Integer, stop: Integer): Promise<Text[]> {
    return this.send<Text[]>(['LRANGE', key, start, stop])
  }

  /** LREM: Remove elements from a list. Cost: O(N+M) where N is the length of the list and M is the number of elements removed. Since Redis 1.0.0. */
  lrem(key: Key, count: Integer, element: Argument): Promise<number> {
    return this.send<number>(['LREM', key, count, element])
  }

  /** LSET: Set the value of an element in a list by its index. Cost: O(N) where N is the length of the list. Setting either the first or the last element of the list is O(1). Since Redis 1.0.0. */
  lset(key: Key, index: Integer, element: Argument): Promise<Text> {
    return this.send<Text>(['LSET', key, index, element])
  }

  /** LTRIM: Trim a list to the specified range. Cost: O(N) where N is the number of elements to be removed by the operation. Since Redis 1.0.0. */
  ltrim(key: Key, start: Integer, stop: Integer): Promise<Text> {
    return this.send<Text>(['LTRIM', key, start, stop])
  }

  /** MEMORY DOCTOR: Outputs memory problems report. Cost: O(1). Since Redis 4.0.0. */
  memoryDoctor(): Promise<Text> {
    return this.send<Text>(['MEMORY', 'DOCTOR'])
  }

  /** MEMORY MALLOC-STATS: Show allocator internal stats. Cost: Depends on how much memory is allocated, could be slow. Since Redis 4.0.0. */
  memoryMallocStats(): Promise<Reply> {
    return this.send<Reply>(['MEMORY', 'MALLOC-STATS'])
  }

  /** MEMORY PURGE: Ask the allocator to release memory. Cost: Depends on how much memory is allocated, could be slow. Since Redis 4.0.0. */
  memoryPurge(): Promise<Reply> {
    return this.send<Reply>(['MEMORY', 'PURGE'])
  }

  /** MEMORY STATS: Show memory usage details. Cost: O(1). Since Redis 4.0.0. */
  memoryStats(): Promise<Record<string, Reply>> {
    return this.send<Record<string, Reply>>(['MEMORY', 'STATS'], shape.asInfo)
  }

  /** MEMORY USAGE: Estimate the memory usage of a key. Cost: O(N) where N is the number of samples. Since Redis 4.0.0. */
  memoryUsage(key: Key, ...rest: ('SAMPLES' | Integer)[]): Promise<number | null> {
    return this.send<number | null>(['MEMORY', 'USAGE', key, ...rest])
  }

  /** MGET: Get the values of all the given keys. Cost: O(N) where N is the number of keys to retrieve. Since Redis 1.0.0. */
  mget(...keys: Key[]): Promise<(Text | null)[]> {
    return this.send<(Text | null)[]>(['MGET', ...keys])
  }

  /** MIGRATE: Atomically transfer a key from a Redis instance to another one. Cost: This command actually executes a DUMP+DEL in the source instance, and a RESTORE in the target instance. See the pages of these commands for time complexity. Also an O(N) data transfer between the two instances is performed. Since Redis 2.6.0. */
  migrate(
    host: Argument,
    port: Integer,
    keyOrEmptyString: Key | '',
    destinationDb: Integer,
    timeout: Integer,
    ...rest: ('COPY' | 'REPLACE' | 'AUTH' | Argument | 'AUTH2' | 'KEYS' | Key)[]
  ): Promise<Text> {
    return this.send<Text>(['MIGRATE', host, port, keyOrEmptyString, destinationDb, timeout, ...rest])
  }

  /** MODULE LIST: List all modules loaded by the server. Cost: O(N) where N is the number of loaded modules. Since Redis 4.0.0. */
  moduleList(): Promise<Reply> {
    return this.send<Reply>(['MODULE', 'LIST'])
  }

  /** MODULE LOAD: Load a module. Cost: O(1). Since Redis 4.0.0. */
  moduleLoad(path: Argument, ...args: Argument[]): Promise<Reply> {
    return this.send<Reply>(['MODULE', 'LOAD', path, ...args])
  }

  /** MODULE LOADEX: Load a module with extended parameters. Cost: O(1). Since Redis 7.0.0. */
  moduleLoadex(path: Argument, ...rest: ('CONFIG' | Argument | 'ARGS')[]): Promise<Reply> {
    return this.send<Reply>(['MODULE', 'LOADEX', path, ...rest])
  }

  /** MODULE UNLOAD: Unload a module. Cost: O(1). Since Redis 4.0.0. */
  moduleUnload(name: Argument): Promise<Reply> {
    return this.send<Reply>(['MODULE', 'UNLOAD', name])
  }

  /** MOVE: Move a key to another database. Cost: O(1). Since Redis 1.0.0. */
  move(key: Key, db: Integer): Promise<number> {
    return this.send<number>(['MOVE', key, db])
  }

  /** MSET: Set multiple keys to multiple values. Cost: O(N) where N is the number of keys to set. Since Redis 1.0.1. */
  mset(...keyAndValuePairs: (Key | Argument)[]): Promise<Text> {
    return this.send<Text>(['MSET', ...keyAndValuePairs])
  }

  /** MSETNX: Set multiple keys to multiple values, only if none of the keys exist. Cost: O(N) where N is the number of keys to set. Since Redis 1.0.1. */
  msetnx(...keyAndValuePairs: (Key | Argument)[]): Promise<number> {
    return this.send<number>(['MSETNX', ...keyAndValuePairs])
  }

  /** OBJECT ENCODING: Inspect the internal encoding of a Redis object. Cost: O(1). Since Redis 2.2.3. */
  objectEncoding(key: Key): Promise<Text | null> {
    return this.send<Text | null>(['OBJECT', 'ENCODING', key])
  }

  /** OBJECT FREQ: Get the logarithmic access frequency counter of a Redis object. Cost: O(1). Since Redis 4.0.0. */
  objectFreq(key: Key): Promise<number | null> {
    return this.send<number | null>(['OBJECT', 'FREQ', key])
  }

  /** OBJECT IDLETIME: Get the time since a Redis object was last accessed. Cost: O(1). Since Redis 2.2.3. */
  objectIdletime(key: Key): Promise<number | null> {
    return this.send<number | null>(['OBJECT', 'IDLETIME', key])
  }

  /** OBJECT REFCOUNT: Get the number of references to the value of the key. Cost: O(1). Since Redis 2.2.3. */
  objectRefcount(key: Key): Promise<number | null> {
    return this.send<number | null>(['OBJECT', 'REFCOUNT', key])
  }

  /** PERSIST: Remove the expiration from a key. Cost: O(1). Since Redis 2.2.0. */
  persist(key: Key): Promise<number> {
    return this.send<number>(['PERSIST', key])
  }

  /** PEXPIRE: Set a key's time to live in milliseconds. Cost: O(1). Since Redis 2.6.0. */
  pexpire(key: Key, milliseconds: Integer, ...rest: ('NX' | 'XX' | 'GT' | 'LT')[]): Promise<number> {
    return this.send<number>(['PEXPIRE', key, milliseconds, ...rest])
  }

  /** PEXPIREAT: Set the expiration for a key as a UNIX timestamp specified in milliseconds. Cost: O(1). Since Redis 2.6.0. */
  pexpireat(
    key: Key,
    unixTimeMilliseconds: Integer,
    ...rest: ('NX' | 'XX' | 'GT' | 'LT')[]
  ): Promise<number> {
    return this.send<number>(['PEXPIREAT', key, unixTimeMilliseconds, ...rest])
  }

  /** PEXPIRETIME: Get the expiration Unix timestamp for a key in milliseconds. Cost: O(1). Since Redis 7.0.0. */
  pexpiretime(key: Key): Promise<number> {
    return this.send<number>(['PEXPIRETIME', key])
  }

  /** PFADD: Adds the specified elements to the specified HyperLogLog. Cost: O(1) to add every element. Since Redis 2.8.9. */
  pfadd(key: Key, ...elements: Argument[]): Promise<number> {
    return this.send<number>(['PFADD', key, ...elements])
  }

  /** PFCOUNT: Return the approximated cardinality of the set(s) observed by the HyperLogLog at key(s). Cost: O(1) with a very small average constant time when called with a single key. O(N) with N being the number of keys, and much bigger constant times, when called with multiple keys. Since Redis 2.8.9. */
  pfcount(...keys: Key[]): Promise<number> {
    return this.send<number>(['PFCOUNT', ...keys])
  }

  /** PFMERGE: Merge N different HyperLogLogs into a single one. Cost: O(N) to merge N HyperLogLogs, but with high constant times. Since Redis 2.8.9. */
  pfmerge(destkey: Key, ...sourcekeys: Key[]): Promise<Text> {
    return this.send<Text>(['PFMERGE', destkey, ...sourcekeys])
  }

  /** PING: Ping the server. Cost: O(1). Since Redis 1.0.0. */
  ping(message?: Argument): Promise<Text> {
    return this.send<Text>(['PING', ...(message === undefined ? [] : [message])])
  }

  /** PSETEX: Set the value and expiration in milliseconds of a key. Cost: O(1). Since Redis 2.6.0. */
  psetex(key: Key, milliseconds: Integer, value: Argument): Promise<Text> {
    return this.send<Text>(['PSETEX', key, milliseconds, value])
  }

  /** PTTL: Get the time to live for a key in milliseconds. Cost: O(1). Since Redis 2.6.0. */
  pttl(key: Key): Promise<number> {
    return this.send<number>(['PTTL', key])
  }

  /** PUBLISH: Post a message to a channel. Cost: O(N+M) where N is the number of clients subscribed to the receiving channel and M is the total number of subscribed patterns (by any client). Since Redis 2.0.0. */
  publish(channel: Argument, message: Argument): Promise<number> {
    return this.send<number>(['PUBLISH', channel, message])
  }

  /** PUBSUB CHANNELS: List active channels. Cost: O(N) where N is the number of active channels, and assuming constant time pattern matching (relatively short channels and patterns). Since Redis 2.8.0. */
  pubsubChannels(pattern?: Key): Promise<Text[]> {
    return this.send<Text[]>(['PUBSUB', 'CHANNELS', ...(pattern === undefined ? [] : [pattern])])
  }

  /** PUBSUB NUMPAT: Get the count of unique patterns pattern subscriptions. Cost: O(1). Since Redis 2.8.0. */
  pubsubNumpat(): Promise<number> {
    return this.send<number>(['PUBSUB', 'NUMPAT'])
  }

  /** PUBSUB NUMSUB: Get the count of subscribers for channels. Cost: O(N) for the NUMSUB subcommand, where N is the number of requested channels. Since Redis 2.8.0. */
  pubsubNumsub(...channels: Argument[]): Promise<Record<string, number>> {
    return this.send<Record<string, number>>(['PUBSUB', 'NUMSUB', ...channels], shape.asCounts)
  }

  /** PUBSUB SHARDCHANNELS: List active shard channels. Cost: O(N) where N is the number of active shard channels, and assuming constant time pattern matching (relatively short shard channels). Since Redis 7.0.0. */
  pubsubShardchannels(pattern?: Key): Promise<Text[]> {
    return this.send<Text[]>(['PUBSUB', 'SHARDCHANNELS', ...(pattern === undefined ? [] : [pattern])])
  }

  /** PUBSUB SHARDNUMSUB: Get the count of subscribers for shard channels. Cost: O(N) for the SHARDNUMSUB subcommand, where N is the number of requested shard channels. Since Redis 7.0.0. */
  pubsubShardnumsub(...shardchannels: Argument[]): Promise<Record<string, number>> {
    return this.send<Record<string, number>>(['PUBSUB', 'SHARDNUMSUB', ...shardchannels], shape.asCounts)
  }

  /** RANDOMKEY: Return a random key from the keyspace. Cost: O(1). Since Redis 1.0.0. */
  randomkey(): Promise<Text | null> {
    return this.send<Text | null>(['RANDOMKEY'])
  }

  /** RENAME: Rename a key. Cost: O(1). Since Redis 1.0.0. */
  rename(key: Key, newkey: Key): Promise<Text> {
    return this.send<Text>(['RENAME', key, newkey])
  }

  /** RENAMENX: Rename a key, only if the new key does not exist. Cost: O(1). Since Redis 1.0.0. */
  renamenx(key: Key, newkey: Key): Promise<number> {
    return this.send<number>(['RENAMENX', key, newkey])
  }

  /** REPLICAOF: Make the server a replica of another instance, or promote it as master. Cost: O(1). Since Redis 5.0.0. */
  replicaof(...rest: (Argument | Integer | 'NO' | 'ONE')[]): Promise<Reply> {
    return this.send<Reply>(['REPLICAOF', ...rest])
  }

  /** RESTORE: Create a key using the provided serialized value, previously obtained using DUMP. Cost: O(1) to create the new key and additional O(N*M) to reconstruct the serialized value, where N is the number of Redis objects composing the value and M their average size. For small string values the time complexity is thus O(1)+O(1*M) where M is small, so simply O(1). However for sorted set values the complexity is O(N*M*log(N)) because inserting values into sorted sets is O(log(N)). Since Redis 2.6.0. */
  restore(
    key: Key,
    ttl: Integer,
    serializedValue: Argument,
    ...rest: ('REPLACE' | 'ABSTTL' | 'IDLETIME' | Integer | 'FREQ')[]
  ): Promise<Text> {
    return this.send<Text>(['RESTORE', key, ttl, serializedValue, ...rest])
  }

  /** ROLE: Return the role of the instance in the context of replication. Cost: O(1). Since Redis 2.8.12. */
  role(): Promise<Reply> {
    return this.send<Reply>(['ROLE'])
  }

  /** RPOP: Remove and get the last elements in a list. Cost: O(N) where N is the number of elements returned. Since Redis 1.0.0. */
  rpop(key: Key, count?: Integer): Promise<Text | Text[] | null> {
    return this.send<Text | Text[] | null>(['RPOP', key, ...(count === undefined ? [] : [count])])
  }

  /** RPOPLPUSH: Remove the last element in a list, prepend it to another list and return it. Cost: O(1). Since Redis 1.2.0. Replaced by `LMOVE` with the `RIGHT` and `LEFT` arguments. */
  rpoplpush(source: Key, destination: Key): Promise<Text | null> {
    return this.send<Text | null>(['RPOPLPUSH', source, destination])
  }

  /** RPUSH: Append one or multiple elements to a list. Cost: O(1) for each element added, so O(N) to add N elements when the command is called with multiple arguments. Since Redis 1.0.0. */
  rpush(key: Key, ...elements: Argument[]): Promise<number> {
    return this.send<number>(['RPUSH', key, ...elements])
  }

  /** RPUSHX: Append an element to a list, only if the list exists. Cost: O(1) for each element added, so O(N) to add N elements when the command is called with multiple arguments. Since Redis 2.2.0. */
  rpushx(key: Key, ...elements: Argument[]): Promise<number> {
    return this.send<number>(['RPUSHX', key, ...elements])
  }

  /** SADD: Add one or more members to a set. Cost: O(1) for each element added, so O(N) to add N elements when the command is called with multiple arguments. Since Redis 1.0.0. */
  sadd(key: Key, ...members: Argument[]): Promise<number> {
    return this.send<number>(['SADD', key, ...members])
  }

  /** SAVE: Synchronously save the dataset to disk. Cost: O(N) where N is the total number of keys in all databases. Since Redis 1.0.0. */
  save(): Promise<Text> {
    return this.send<Text>(['SAVE'])
  }

  /** SCAN: Incrementally iterate the keys space. Cost: O(1) for every call. O(N) for a complete iteration, including enough command calls for the cursor to return back to 0. N is the number of elements inside the collection. Since Redis 2.8.0. */
  scan(
    cursor: Integer | string,
    ...rest: ('MATCH' | Key | 'COUNT' | Integer | 'TYPE' | Argument)[]
  ): Promise<[cursor: string, keys: Text[]]> {
    return this.send<[cursor: string, keys: Text[]]>(['SCAN', cursor, ...rest], shape.asScan)
  }

  /** SCARD: Get the number of members in a set. Cost: O(1). Since Redis 1.0.0. */
  scard(key: Key): Promise<number> {
    return this.send<number>(['SCARD', key])
  }

  /** SCRIPT EXISTS: Check existence of scripts in the script cache. Cost: O(N) with N being the number of scripts to check (so checking a single script is an O(1) operation). Since Redis 2.6.0. */
  scriptExists(...sha1s: Argument[]): Promise<number[]> {
    return this.send<number[]>(['SCRIPT', 'EXISTS', ...sha1s])
  }

  /** SCRIPT FLUSH: Remove all the scripts from the script cache. Cost: O(N) with N being the number of scripts in cache. Since Redis 2.6.0. */
  scriptFlush(...rest: ('ASYNC' | 'SYNC')[]): Promise<Text> {
    return this.send<Text>(['SCRIPT', 'FLUSH', ...rest])
  }

  /** SCRIPT KILL: Kill the script currently in execution. Cost: O(1). Since Redis 2.6.0. */
  scriptKill(): Promise<Text> {
    return this.send<Text>(['SCRIPT', 'KILL'])
  }

  /** SCRIPT LOAD: Load the specified Lua script into the script cache. Cost: O(N) with N being the length in bytes of the script body. Since Redis 2.6.0. */
  scriptLoad(script: Argument): Promise<Text> {
    return this.send<Text>(['SCRIPT', 'LOAD', script])
  }

  /** SDIFF: Subtract multiple sets. Cost: O(N) where N is the total number of elements in all given sets. Since Redis 1.0.0. */
  sdiff(...keys: Key[]): Promise<Text[]> {
    return this.send<Text[]>(['SDIFF', ...keys], shape.asList)
  }

  /** SDIFFSTORE: Subtract multiple sets and store the resulting set in a key. Cost: O(N) where N is the total number of elements in all given sets. Since Redis 1.0.0. */
  sdiffstore(destination: Key, ...keys: Key[]): Promise<number> {
    return this.send<number>(['SDIFFSTORE', destination, ...keys])
  }

  /** SET: Set the string value of a key. Cost: O(1). Since Redis 1.0.0. */
  set(
    key: Key,
    value: Argument,
    ...rest: ('NX' | 'XX' | 'GET' | 'EX' | Integer | 'PX' | 'EXAT' | 'PXAT' | 'KEEPTTL')[]
  ): Promise<Text | null> {
    return this.send<Text | null>(['SET', key, value, ...rest])
  }

  /** SETBIT: Sets or clears the bit at offset in the string value stored at key. Cost: O(1). Since Redis 2.2.0. */
  setbit(key: Key, offset: Integer, value: Integer): Promise<number> {
    return this.send<number>(['SETBIT', key, offset, value])
  }

  /** SETEX: Set the value and expiration of a key. Cost: O(1). Since Redis 2.0.0. */
  setex(key: Key, seconds: Integer, value: Argument): Promise<Text> {
    return this.send<Text>(['SETEX', key, seconds, value])
  }

  /** SETNX: Set the value of a key, only if the key does not exist. Cost: O(1). Since Redis 1.0.0. */
  setnx(key: Key, value: Argument): Promise<number> {
    return this.send<number>(['SETNX', key, value])
  }

  /** SETRANGE: Overwrite part of a string at key starting at the specified offset. Cost: O(1), not counting the time taken to copy the new string in place. Usually, this string is very small so the amortized complexity is O(1). Otherwise, complexity is O(M) with M being the length of the value argument. Since Redis 2.2.0. */
  setrange(key: Key, offset: Integer, value: Argument): Promise<number> {
    return this.send<number>(['SETRANGE', key, offset, value])
  }

  /** SHUTDOWN: Synchronously save the dataset to disk and then shut down the server. Cost: O(N) when saving, where N is the total number of keys in all databases when saving data, otherwise O(1). Since Redis 1.0.0. */
  shutdown(...rest: ('NOSAVE' | 'SAVE' | 'NOW' | 'FORCE' | 'ABORT')[]): Promise<Reply> {
    return this.send<Reply>(['SHUTDOWN', ...rest])
  }

  /** SINTER: Intersect multiple sets. Cost: O(N*M) worst case where N is the cardinality of the smallest set and M is the number of sets. Since Redis 1.0.0. */
  sinter(...keys: Key[]): Promise<Text[]> {
    return this.send<Text[]>(['SINTER', ...keys], shape.asList)
  }

  /** SINTERCARD: Intersect multiple sets and return the cardinality of the result. Cost: O(N*M) worst case where N is the cardinality of the smallest set and M is the number of sets. Since Redis 7.0.0. */
  sintercard(numkeys: Integer, ...rest: (Key | 'LIMIT' | Integer)[]): Promise<number> {
    return this.send<number>(['SINTERCARD', numkeys, ...rest])
  }

  /** SINTERSTORE: Intersect multiple sets and store the resulting set in a key. Cost: O(N*M) worst case where N is the cardinality of the smallest set and M is the number of sets. Since Redis 1.0.0. */
  sinterstore(destination: Key, ...keys: Key[]): Promise<number> {
    return this.send<number>(['SINTERSTORE', destination, ...keys])
  }

  /** SISMEMBER: Determine if a given value is a member of a set. Cost: O(1). Since Redis 1.0.0. */
  sismember(key: Key, member: Argument): Promise<number> {
    return this.send<number>(['SISMEMBER', key, member])
  }

  /** SLAVEOF: Make the server a replica of another instance, or promote it as master. Cost: O(1). Since Redis 1.0.0. Replaced by `REPLICAOF`. */
  slaveof(...rest: (Argument | Integer | 'NO' | 'ONE')[]): Promise<Reply> {
    return this.send<Reply>(['SLAVEOF', ...rest])
  }

  /** SLOWLOG GET: Get the slow log's entries. Cost: O(N) where N is the number of entries returned. Since Redis 2.2.12. */
  slowlogGet(count?: Integer): Promise<Reply> {
    return this.send<Reply>(['SLOWLOG', 'GET', ...(count === undefined ? [] : [count])])
  }

  /** SLOWLOG LEN: Get the slow log's length. Cost: O(1). Since Redis 2.2.12. */
  slowlogLen(): Promise<number> {
    return this.send<number>(['SLOWLOG', 'LEN'])
  }

  /** SLOWLOG RESET: Clear all entries from the slow log. Cost: O(N) where N is the number of entries in the slowlog. Since Redis 2.2.12. */
  slowlogReset(): Promise<Reply> {
    return this.send<Reply>(['SLOWLOG', 'RESET'])
  }

  /** SMEMBERS: Get all the members in a set. Cost: O(N) where N is the set cardinality. Since Redis 1.0.0. */
  smembers(key: Key): Promise<Text[]> {
    return this.send<Text[]>(['SMEMBERS', key], shape.asList)
  }

  /** SMISMEMBER: Returns the membership associated with the given elements for a set. Cost: O(N) where N is the number of elements being checked for membership. Since Redis 6.2.0. */
  smismember(key: Key, ...members: Argument[]): Promise<number[]> {
    return this.send<number[]>(['SMISMEMBER', key, ...members])
  }

  /** SMOVE: Move a member from one set to another. Cost: O(1). Since Redis 1.0.0. */
  smove(source: Key, destination: Key, member: Argument): Promise<number> {
    return this.send<number>(['SMOVE', source, destination, member])
  }

  /** SORT: Sort the elements in a list, set or sorted set. Cost: O(N+M*log(M)) where N is the number of elements in the list or set to sort, and M the number of returned elements. When the elements are not sorted, complexity is O(N). Since Redis 1.0.0. */
  sort(
    key: Key,
    ...rest: ('BY' | Key | 'LIMIT' | Integer | 'GET' | 'ASC' | 'DESC' | 'ALPHA' | 'STORE')[]
  ): Promise<Text[] | number> {
    return this.send<Text[] | number>(['SORT', key, ...rest], shape.asListOrNumber)
  }

  /** SORT_RO: Sort the elements in a list, set or sorted set. Read-only variant of SORT. Cost: O(N+M*log(M)) where N is the number of elements in the list or set to sort, and M the number of returned elements. When the elements are not sorted, complexity is O(N). Since Redis 7.0.0. */
  sortRo(
    key: Key,
    ...rest: ('BY' | Key | 'LIMIT' | Integer | 'GET' | 'ASC' | 'DESC' | 'ALPHA')[]
  ): Promise<Text[]> {
    return this.send<Text[]>(['SORT_RO', key, ...rest])
  }

  /** SPOP: Remove and return one or multiple random members from a set. Cost: Without the count argument O(1), otherwise O(N) where N is the value of the passed count. Since Redis 1.0.0. */
  spop(key: Key, count?: Integer): Promise<Text | Text[] | null> {
    return this.send<Text | Text[] | null>(['SPOP', key, ...(count === undefined ? [] : [count])])
  }

  /** SPUBLISH: Post a message to a shard channel. Cost: O(N) where N is the number of clients subscribed to the receiving shard channel. Since Redis 7.0.0. */
  spublish(shardchannel: Argument, message: Argument): Promise<number> {
    return this.send<number>(['SPUBLISH', shardchannel, message])
  }

  /** SRANDMEMBER: Get one or multiple random members from a set. Cost: Without the count argument O(1), otherwise O(N) where N is the absolute value of the passed count. Since Redis 1.0.0. */
  srandmember(key: Key, count?: Integer): Promise<Text | Text[] | null> {
    return this.send<Text | Text[] | null>(['SRANDMEMBER', key, ...(count === undefined ? [] : [count])])
  }

  /** SREM: Remove one or more members from a set. Cost: O(N) where N is the number of members to be removed. Since Redis 1.0.0. */
  srem(key: Key, ...members: Argument[]): Promise<number> {
    return this.send<number>(['SREM', key, ...members])
  }

  /** SSCAN: Incrementally iterate Set elements. Cost: O(1) for every call. O(N) for a complete iteration, including enough command calls for the cursor to return back to 0. N is the number of elements inside the collection.. Since Redis 2.8.0. */
  sscan(
    key: Key,
    cursor: Integer | string,
    ...rest: ('MATCH' | Key | 'COUNT' | Integer)[]
  ): Promise<[cursor: string, keys: Text[]]> {
    return this.send<[cursor: string, keys: Text[]]>(['SSCAN', key, cursor, ...rest], shape.asScan)
  }

  /** STRLEN: Get the length of the value stored in a key. Cost: O(1). Since Redis 2.2.0. */
  strlen(key: Key): Promise<number> {
    return this.send<number>(['STRLEN', key])
  }

  /** SUBSTR: Get a substring of the string stored at a key. Cost: O(N) where N is the length of the returned string. The complexity is ultimately determined by the returned length, but because creating a substring from an existing string is very cheap, it can be considered O(1) for small strings. Since Redis 1.0.0. Replaced by `GETRANGE`. */
  substr(key: Key, start: Integer, end: Integer): Promise<Text | null> {
    return this.send<Text | null>(['SUBSTR', key, start, end])
  }

  /** SUNION: Add multiple sets. Cost: O(N) where N is the total number of elements in all given sets. Since Redis 1.0.0. */
  sunion(...keys: Key[]): Promise<Text[]> {
    return this.send<Text[]>(['SUNION', ...keys], shape.asList)
  }

  /** SUNIONSTORE: Add multiple sets and store the resulting set in a key. Cost: O(N) where N is the total number of elements in all given sets. Since Redis 1.0.0. */
  sunionstore(destination: Key, ...keys: Key[]): Promise<number> {
    return this.send<number>(['SUNIONSTORE', destination, ...keys])
  }

  /** SWAPDB: Swaps two Redis databases. Cost: O(N) where N is the count of clients watching or blocking on keys from both databases. Since Redis 4.0.0. */
  swapdb(index1: Integer, index2: Integer): Promise<Text> {
    return this.send<Text>(['SWAPDB', index1, index2])
  }

  /** TIME: Return the current server time. Cost: O(1). Since Redis 2.6.0. */
  time(): Promise<[seconds: Text, microseconds: Text]> {
    return this.send<[seconds: Text, microseconds: Text]>(['TIME'])
  }

  /** TOUCH: Alters the last access time of a key(s). Returns the number of existing keys specified. Cost: O(N) where N is the number of keys that will be touched. Since Redis 3.2.1. */
  touch(...keys: Key[]): Promise<number> {
    return this.send<number>(['TOUCH', ...keys])
  }

  /** TTL: Get the time to live for a key in seconds. Cost: O(1). Since Redis 1.0.0. */
  ttl(key: Key): Promise<number> {
    return this.send<number>(['TTL', key])
  }

  /** TYPE: Determine the type stored at key. Cost: O(1). Since Redis 1.0.0. */
  type(key: Key): Promise<Text> {
    return this.send<Text>(['TYPE', key])
  }

  /** UNLINK: Delete a key asynchronously in another thread. Otherwise it is just as DEL, but non blocking. Cost: O(1) for each key removed regardless of its size. Then the command does O(N) work in a different thread in order to reclaim memory, where N is the number of allocations the deleted objects where composed of. Since Redis 4.0.0. */
  unlink(...keys: Key[]): Promise<number> {
    return this.send<number>(['UNLINK', ...keys])
  }

  /** WAIT: Wait for the synchronous replication of all the write commands sent in the context of the current connection. Cost: O(1). Since Redis 3.0.0. */
  wait(numreplicas: Integer, timeout: Integer): Promise<number> {
    return this.send<number>(['WAIT', numreplicas, timeout])
  }

  /** XACK: Marks a pending message as correctly processed, effectively removing it from the pending entries list of the consumer group. Return value of the command is the number of messages successfully acknowledged, that is, the IDs we were actually able to resolve in the PEL. Cost: O(1) for each message ID processed. Since Redis 5.0.0. */
  xack(key: Key, group: Argument, ...ids: Argument[]): Promise<number> {
    return this.send<number>(['XACK', key, group, ...ids])
  }

  /** XADD: Appends a new entry to a stream. Cost: O(1) when adding a new entry, O(N) when trimming where N being the number of entries evicted. Since Redis 5.0.0. */
  xadd(
    key: Key,
    ...rest: ('NOMKSTREAM' | 'MAXLEN' | 'MINID' | '=' | '~' | Argument | 'LIMIT' | Integer | '*')[]
  ): Promise<Text | null> {
    return this.send<Text | null>(['XADD', key, ...rest])
  }

  /** XAUTOCLAIM: Changes (or acquires) ownership of messages in a consumer group, as if the messages were delivered to the specified consumer. Cost: O(1) if COUNT is small. Since Redis 6.2.0. */
  xautoclaim(
    key: Key,
    group: Argument,
    consumer: Argument,
    minIdleTime: Argument,
    start: Argument,
    ...rest: ('COUNT' | Integer | 'JUSTID')[]
  ): Promise<shape.ClaimedEntries<Text>> {
    return this.send<shape.ClaimedEntries<Text>>(
      ['XAUTOCLAIM', key, group, consumer, minIdleTime, start, ...rest],
      shape.asClaimed,
    )
  }

  /** XCLAIM: Changes (or acquires) ownership of a message in a consumer group, as if the message was delivered to the specified consumer. Cost: O(log N) with N being the number of messages in the PEL of the consumer group. Since Redis 5.0.0. */
  xclaim(
    key: Key,
    group: Argument,
    consumer: Argument,
    minIdleTime: Argument,
    ...rest: (Argument | 'IDLE' | Integer | 'TIME' | 'RETRYCOUNT' | 'FORCE' | 'JUSTID' | 'LASTID')[]
  ): Promise<shape.StreamEntry<Text>[]> {
    return this.send<shape.StreamEntry<Text>[]>(
      ['XCLAIM', key, group, consumer, minIdleTime, ...rest],
      shape.asStreamEntries,
    )
  }

  /** XDEL: Removes the specified entries from the stream. Returns the number of items actually deleted, that may be different from the number of IDs passed in case certain IDs do not exist. Cost: O(1) for each single item to delete in the stream, regardless of the stream size. Since Redis 5.0.0. */
  xdel(key: Key, ...ids: Argument[]): Promise<number> {
    return this.send<number>(['XDEL', key, ...ids])
  }

  /** XGROUP CREATE: Create a consumer group. Cost: O(1). Since Redis 5.0.0. */
  xgroupCreate(
    key: Key,
    groupname: Argument,
    id: Argument | '$',
    ...rest: ('MKSTREAM' | 'ENTRIESREAD' | Integer)[]
  ): Promise<Text> {
    return this.send<Text>(['XGROUP', 'CREATE', key, groupname, id, ...rest])
  }

  /** XGROUP CREATECONSUMER: Create a consumer in a consumer group. Cost: O(1). Since Redis 6.2.0. */
  xgroupCreateconsumer(key: Key, groupname: Argument, consumername: Argument): Promise<number> {
    return this.send<number>(['XGROUP', 'CREATECONSUMER', key, groupname, consumername])
  }

  /** XGROUP DELCONSUMER: Delete a consumer from a consumer group. Cost: O(1). Since Redis 5.0.0. */
  xgroupDelconsumer(key: Key, groupname: Argument, consumername: Argument): Promise<number> {
    return this.send<number>(['XGROUP', 'DELCONSUMER', key, groupname, consumername])
  }

  /** XGROUP DESTROY: Destroy a consumer group. Cost: O(N) where N is the number of entries in the group's pending entries list (PEL). Since Redis 5.0.0. */
  xgroupDestroy(key: Key, groupname: Argument): Promise<number> {
    return this.send<number>(['XGROUP', 'DESTROY', key, groupname])
  }

  /** XGROUP SETID: Set a consumer group to an arbitrary last delivered ID value. Cost: O(1). Since Redis 5.0.0. */
  xgroupSetid(
    key: Key,
    groupname: Argument,
    id: Argument | '$',
    ...rest: ('ENTRIESREAD' | Integer)[]
  ): Promise<Text> {
    return this.send<Text>(['XGROUP', 'SETID', key, groupname, id, ...rest])
  }

  /** XINFO CONSUMERS: List the consumers in a consumer group. Cost: O(1). Since Redis 5.0.0. */
  xinfoConsumers(key: Key, groupname: Argument): Promise<Record<string, Reply>[]> {
    return this.send<Record<string, Reply>[]>(['XINFO', 'CONSUMERS', key, groupname], shape.asInfos)
  }

  /** XINFO GROUPS: List the consumer groups of a stream. Cost: O(1). Since Redis 5.0.0. */
  xinfoGroups(key: Key): Promise<Record<string, Reply>[]> {
    return this.send<Record<string, Reply>[]>(['XINFO', 'GROUPS', key], shape.asInfos)
  }

  /** XINFO STREAM: Get information about a stream. Cost: O(1). Since Redis 5.0.0. */
  xinfoStream(key: Key, ...rest: ('FULL' | 'COUNT' | Integer)[]): Promise<Record<string, Reply>> {
    return this.send<Record<string, Reply>>(['XINFO', 'STREAM', key, ...rest], shape.asInfo)
  }

  /** XLEN: Return the number of entries in a stream. Cost: O(1). Since Redis 5.0.0. */
  xlen(key: Key): Promise<number> {
    return this.send<number>(['XLEN', key])
  }

  /** XPENDING: Return information and entries from a stream consumer group pending entries list, that are messages fetched but never acknowledged. Cost: O(N) with N being the number of elements returned, so asking for a small fixed number of entries per call is O(1). O(M), where M is the total number of entries scanned when used with the IDLE filter. When the command returns just the summary and the list of consumers is small, it runs in O(1) time; otherwise, an additional O(N) time for iterating every consumer. Since Redis 5.0.0. */
  xpending(key: Key, group: Argument, ...rest: ('IDLE' | Integer | Argument)[]): Promise<Reply> {
    return this.send<Reply>(['XPENDING', key, group, ...rest])
  }

  /** XRANGE: Return a range of elements in a stream, with IDs matching the specified IDs interval. Cost: O(N) with N being the number of elements being returned. If N is constant (e.g. always asking for the first 10 elements with COUNT), you can consider it O(1). Since Redis 5.0.0. */
  xrange(
    key: Key,
    start: Argument,
    end: Argument,
    ...rest: ('COUNT' | Integer)[]
  ): Promise<shape.StreamEntry<Text>[]> {
    return this.send<shape.StreamEntry<Text>[]>(['XRANGE', key, start, end, ...rest], shape.asStreamEntries)
  }

  /** XREAD: Return never seen elements in multiple streams, with IDs greater than the ones reported by the caller for each stream. Can block. Cost: For each stream mentioned: O(N) with N being the number of elements being returned, it means that XREAD-ing with a fixed COUNT is O(1). Note that when the BLOCK option is used, XADD will pay O(M) time in order to serve the M clients blocked on the stream getting new data. Since Redis 5.0.0. */
  xread(
    ...rest: ('COUNT' | Integer | 'BLOCK' | 'STREAMS' | Key | Argument)[]
  ): Promise<shape.StreamEntries<Text>[]> {
    return this.send<shape.StreamEntries<Text>[]>(['XREAD', ...rest], shape.asStreams)
  }

  /** XREADGROUP: Return new entries from a stream using a consumer group, or access the history of the pending entries for a given consumer. Can block. Cost: For each stream mentioned: O(M) with M being the number of elements returned. If M is constant (e.g. always asking for the first 10 elements with COUNT), you can consider it O(1). On the other side when XREADGROUP blocks, XADD will pay the O(N) time in order to serve the N clients blocked on the stream getting new data. Since Redis 5.0.0. */
  xreadgroup(
    group: Argument,
    consumer: Argument,
    ...rest: ('COUNT' | Integer | 'BLOCK' | 'NOACK' | 'STREAMS' | Key | Argument)[]
  ): Promise<shape.StreamEntries<Text>[]> {
    return this.send<shape.StreamEntries<Text>[]>(
      ['XREADGROUP', 'GROUP', group, consumer, ...rest],
      shape.asStreams,
    )
  }

  /** XREVRANGE: Return a range of elements in a stream, with IDs matching the specified IDs interval, in reverse order (from greater to smaller IDs) compared to XRANGE. Cost: O(N) with N being the number of elements returned. If N is constant (e.g. always asking for the first 10 elements with COUNT), you can consider it O(1). Since Redis 5.0.0. */
  xrevrange(
    key: Key,
    end: Argument,
    start: Argument,
    ...rest: ('COUNT' | Integer)[]
  ): Promise<shape.StreamEntry<Text>[]> {
    return this.send<shape.StreamEntry<Text>[]>(
      ['XREVRANGE', key, end, start, ...rest],
      shape.asStreamEntries,
    )
  }

  /** XSETID: An internal command for replicating stream values. Cost: O(1). Since Redis 5.0.0. */
  xsetid(
    key: Key,
    lastId: Argument,
    ...rest: ('ENTRIESADDED' | Integer | 'MAXDELETEDID' | Argument)[]
  ): Promise<Text> {
    return this.send<Text>(['XSETID', key, lastId, ...rest])
  }

  /** XTRIM: Trims the stream to (approximately if '~' is passed) a certain size. Cost: O(N), with N being the number of evicted entries. Constant times are very small however, since entries are organized in macro nodes containing multiple entries that can be released with a single deallocation. Since Redis 5.0.0. */
  xtrim(
    key: Key,
    ...rest: ('MAXLEN' | 'MINID' | '=' | '~' | Argument | 'LIMIT' | Integer)[]
  ): Promise<number> {
    return this.send<number>(['XTRIM', key, ...rest])
  }

  /** ZADD: Add one or more members to a sorted set, or update its score if it already exists. Cost: O(log(N)) for each item added, where N is the number of elements in the sorted set. Since Redis 1.2.0. */
  zadd(
    key: Key,
    ...rest: ('NX' | 'XX' | 'GT' | 'LT' | 'CH' | 'INCR' | Double | Argument)[]
  ): Promise<number | null> {
    return this.send<number | null>(['ZADD', key, ...rest], shape.asNumberOrNull)
  }

  /** ZCARD: Get the number of members in a sorted set. Cost: O(1). Since Redis 1.2.0. */
  zcard(key: Key): Promise<number> {
    return this.send<number>(['ZCARD', key])
  }

  /** ZCOUNT: Count the members in a sorted set with scores within the given values. Cost: O(log(N)) with N being the number of elements in the sorted set. Since Redis 2.0.0. */
  zcount(key: Key, min: Double, max: Double): Promise<number> {
    return this.send<number>(['ZCOUNT', key, min, max])
  }

  /** ZDIFF: Subtract multiple sorted sets. Cost: O(L + (N-K)log(N)) worst case where L is the total number of elements in all the sets, N is the size of the first set, and K is the size of the result set. Since Redis 6.2.0. */
  zdiff(numkeys: Integer, ...rest: (Key | 'WITHSCORES')[]): Promise<(Text | [Text, number])[]> {
    return this.send<(Text | [Text, number])[]>(['ZDIFF', numkeys, ...rest], shape.asMembers)
  }

  /** ZDIFFSTORE: Subtract multiple sorted sets and store the resulting sorted set in a new key. Cost: O(L + (N-K)log(N)) worst case where L is the total number of elements in all the sets, N is the size of the first set, and K is the size of the result set. Since Redis 6.2.0. */
  zdiffstore(destination: Key, numkeys: Integer, ...keys: Key[]): Promise<number> {
    return this.send<number>(['ZDIFFSTORE', destination, numkeys, ...keys])
  }

  /** ZINCRBY: Increment the score of a member in a sorted set. Cost: O(log(N)) where N is the number of elements in the sorted set. Since Redis 1.2.0. */
  zincrby(key: Key, increment: Integer, member: Argument): Promise<number> {
    return this.send<number>(['ZINCRBY', key, increment, member], shape.asNumber)
  }

  /** ZINTER: Intersect multiple sorted sets. Cost: O(N*K)+O(M*log(M)) worst case with N being the smallest input sorted set, K being the number of input sorted sets and M being the number of elements in the resulting sorted set. Since Redis 6.2.0. */
  zinter(
    numkeys: Integer,
    ...rest: (Key | 'WEIGHTS' | Integer | 'AGGREGATE' | 'SUM' | 'MIN' | 'MAX' | 'WITHSCORES')[]
  ): Promise<(Text | [Text, number])[]> {
    return this.send<(Text | [Text, number])[]>(['ZINTER', numkeys, ...rest], shape.asMembers)
  }

  /** ZINTERCARD: Intersect multiple sorted sets and return the cardinality of the result. Cost: O(N*K) worst case with N being the smallest input sorted set, K being the number of input sorted sets. Since Redis 7.0.0. */
  zintercard(numkeys: Integer, ...rest: (Key | 'LIMIT' | Integer)[]): Promise<number> {
    return this.send<number>(['ZINTERCARD', numkeys, ...rest])
  }

  /** ZINTERSTORE: Intersect multiple sorted sets and store the resulting sorted set in a new key. Cost: O(N*K)+O(M*log(M)) worst case with N being the smallest input sorted set, K being the number of input sorted sets and M being the number of elements in the resulting sorted set. Since Redis 2.0.0. */
  zinterstore(
    destination: Key,
    numkeys: Integer,
    ...rest: (Key | 'WEIGHTS' | Integer | 'AGGREGATE' | 'SUM' | 'MIN' | 'MAX')[]
  ): Promise<number> {
    return this.send<number>(['ZINTERSTORE', destination, numkeys, ...rest])
  }

  /** ZLEXCOUNT: Count the number of members in a sorted set between a given lexicographical range. Cost: O(log(N)) with N being the number of elements in the sorted set. Since Redis 2.8.9. */
  zlexcount(key: Key, min: Argument, max: Argument): Promise<number> {
    return this.send<number>(['ZLEXCOUNT', key, min, max])
  }

  /** ZMPOP: Remove and return members with scores in a sorted set. Cost: O(K) + O(M*log(N)) where K is the number of provided keys, N being the number of elements in the sorted set, and M being the number of elements popped. Since Redis 7.0.0. */
  zmpop(
    numkeys: Integer,
    ...rest: (Key | 'MIN' | 'MAX' | 'COUNT' | Integer)[]
  ): Promise<[key: Text, members: [Text, number][]] | null> {
    return this.send<[key: Text, members: [Text, number][]] | null>(
      ['ZMPOP', numkeys, ...rest],
      shape.asKeyedMembers,
    )
  }

  /** ZMSCORE: Get the score associated with the given members in a sorted set. Cost: O(N) where N is the number of members being requested. Since Redis 6.2.0. */
  zmscore(key: Key, ...members: Argument[]): Promise<(number | null)[]> {
    return this.send<(number | null)[]>(['ZMSCORE', key, ...members], shape.asNumbersOrNulls)
  }

  /** ZPOPMAX: Remove and return members with the highest scores in a sorted set. Cost: O(log(N)*M) with N being the number of elements in the sorted set, and M being the number of elements popped. Since Redis 5.0.0. */
  zpopmax(key: Key, count?: Integer): Promise<[Text, number][]> {
    return this.send<[Text, number][]>(
      ['ZPOPMAX', key, ...(count === undefined ? [] : [count])],
      shape.asScoredMembers,
    )
  }

  /** ZPOPMIN: Remove and return members with the lowest scores in a sorted set. Cost: O(log(N)*M) with N being the number of elements in the sorted set, and M being the number of elements popped. Since Redis 5.0.0. */
  zpopmin(key: Key, count?: Integer): Promise<[Text, number][]> {
    return this.send<[Text, number][]>(
      ['ZPOPMIN', key, ...(count === undefined ? [] : [count])],
      shape.asScoredMembers,
    )
  }

  /** ZRANDMEMBER: Get one or multiple random elements from a sorted set. Cost: O(N) where N is the number of elements returned. Since Redis 6.2.0. */
  zrandmember(key: Key, ...rest: (Integer | 'WITHSCORES')[]): Promise<Text | Text[] | null> {
    return this.send<Text | Text[] | null>(['ZRANDMEMBER', key, ...rest])
  }

  /** ZRANGE: Return a range of members in a sorted set. Cost: O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements returned. Since Redis 1.2.0. */
  zrange(
    key: Key,
    start: Argument,
    stop: Argument,
    ...rest: ('BYSCORE' | 'BYLEX' | 'REV' | 'LIMIT' | Integer | 'WITHSCORES')[]
  ): Promise<(Text | [Text, number])[]> {
    return this.send<(Text | [Text, number])[]>(['ZRANGE', key, start, stop, ...rest], shape.asMembers)
  }

  /** ZRANGEBYLEX: Return a range of members in a sorted set, by lexicographical range. Cost: O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements being returned. If M is constant (e.g. always asking for the first 10 elements with LIMIT), you can consider it O(log(N)). Since Redis 2.8.9. Replaced by `ZRANGE` with the `BYLEX` argument. */
  zrangebylex(key: Key, min: Argument, max: Argument, ...rest: ('LIMIT' | Integer)[]): Promise<Text[]> {
    return this.send<Text[]>(['ZRANGEBYLEX', key, min, max, ...rest])
  }

  /** ZRANGEBYSCORE: Return a range of members in a sorted set, by score. Cost: O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements being returned. If M is constant (e.g. always asking for the first 10 elements with LIMIT), you can consider it O(log(N)). Since Redis 1.0.5. Replaced by `ZRANGE` with the `BYSCORE` argument. */
  zrangebyscore(
    key: Key,
    min: Double,
    max: Double,
    ...rest: ('WITHSCORES' | 'LIMIT' | Integer)[]
  ): Promise<(Text | [Text, number])[]> {
    return this.send<(Text | [Text, number])[]>(['ZRANGEBYSCORE', key, min, max, ...rest], shape.asMembers)
  }

  /** ZRANGESTORE: Store a range of members from sorted set into another key. Cost: O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements stored into the destination key. Since Redis 6.2.0. */
  zrangestore(
    dst: Key,
    src: Key,
    min: Argument,
    max: Argument,
    ...rest: ('BYSCORE' | 'BYLEX' | 'REV' | 'LIMIT' | Integer)[]
  ): Promise<number> {
    return this.send<number>(['ZRANGESTORE', dst, src, min, max, ...rest])
  }

  /** ZRANK: Determine the index of a member in a sorted set. Cost: O(log(N)). Since Redis 2.0.0. */
  zrank(key: Key, member: Argument): Promise<number | null> {
    return this.send<number | null>(['ZRANK', key, member])
  }

  /** ZREM: Remove one or more members from a sorted set. Cost: O(M*log(N)) with N being the number of elements in the sorted set and M the number of elements to be removed. Since Redis 1.2.0. */
  zrem(key: Key, ...members: Argument[]): Promise<number> {
    return this.send<number>(['ZREM', key, ...members])
  }

  /** ZREMRANGEBYLEX: Remove all members in a sorted set between the given lexicographical range. Cost: O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements removed by the operation. Since Redis 2.8.9. */
  zremrangebylex(key: Key, min: Argument, max: Argument): Promise<number> {
    return this.send<number>(['ZREMRANGEBYLEX', key, min, max])
  }

  /** ZREMRANGEBYRANK: Remove all members in a sorted set within the given indexes. Cost: O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements removed by the operation. Since Redis 2.0.0. */
  zremrangebyrank(key: Key, start: Integer, stop: Integer): Promise<number> {
    return this.send<number>(['ZREMRANGEBYRANK', key, start, stop])
  }

  /** ZREMRANGEBYSCORE: Remove all members in a sorted set within the given scores. Cost: O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements removed by the operation. Since Redis 1.2.0. */
  zremrangebyscore(key: Key, min: Double, max: Double): Promise<number> {
    return this.send<number>(['ZREMRANGEBYSCORE', key, min, max])
  }

  /** ZREVRANGE: Return a range of members in a sorted set, by index, with scores ordered from high to low. Cost: O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements returned. Since Redis 1.2.0. Replaced by `ZRANGE` with the `REV` argument. */
  zrevrange(
    key: Key,
    start: Integer,
    stop: Integer,
    ...rest: 'WITHSCORES'[]
  ): Promise<(Text | [Text, number])[]> {
    return this.send<(Text | [Text, number])[]>(['ZREVRANGE', key, start, stop, ...rest], shape.asMembers)
  }

  /** ZREVRANGEBYLEX: Return a range of members in a sorted set, by lexicographical range, ordered from higher to lower strings. Cost: O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements being returned. If M is constant (e.g. always asking for the first 10 elements with LIMIT), you can consider it O(log(N)). Since Redis 2.8.9. Replaced by `ZRANGE` with the `REV` and `BYLEX` arguments. */
  zrevrangebylex(key: Key, max: Argument, min: Argument, ...rest: ('LIMIT' | Integer)[]): Promise<Text[]> {
    return this.send<Text[]>(['ZREVRANGEBYLEX', key, max, min, ...rest])
  }

  /** ZREVRANGEBYSCORE: Return a range of members in a sorted set, by score, with scores ordered from high to low. Cost: O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements being returned. If M is constant (e.g. always asking for the first 10 elements with LIMIT), you can consider it O(log(N)). Since Redis 2.2.0. Replaced by `ZRANGE` with the `REV` and `BYSCORE` arguments. */
  zrevrangebyscore(
    key: Key,
    max: Double,
    min: Double,
    ...rest: ('WITHSCORES' | 'LIMIT' | Integer)[]
  ): Promise<(Text | [Text, number])[]> {
    return this.send<(Text | [Text, number])[]>(['ZREVRANGEBYSCORE', key, max, min, ...rest], shape.asMembers)
  }

  /** ZREVRANK: Determine the index of a member in a sorted set, with scores ordered from high to low. Cost: O(log(N)). Since Redis 2.0.0. */
  zrevrank(key: Key, member: Argument): Promise<number | null> {
    return this.send<number | null>(['ZREVRANK', key, member])
  }

  /** ZSCAN: Incrementally iterate sorted sets elements and associated scores. Cost: O(1) for every call. O(N) for a complete iteration, including enough command calls for the cursor to return back to 0. N is the number of elements inside the collection.. Since Redis 2.8.0. */
  zscan(
    key: Key,
    cursor: Integer | string,
    ...rest: ('MATCH' | Key | 'COUNT' | Integer)[]
  ): Promise<[cursor: string, members: [Text, number][]]> {
    return this.send<[cursor: string, members: [Text, number][]]>(
      ['ZSCAN', key, cursor, ...rest],
      shape.asScoreScan,
    )
  }

  /** ZSCORE: Get the score associated with the given member in a sorted set. Cost: O(1). Since Redis 1.2.0. */
  zscore(key: Key, member: Argument): Promise<number | null> {
    return this.send<number | null>(['ZSCORE', key, member], shape.asNumberOrNull)
  }

  /** ZUNION: Add multiple sorted sets. Cost: O(N)+O(M*log(M)) with N being the sum of the sizes of the input sorted sets, and M being the number of elements in the resulting sorted set. Since Redis 6.2.0. */
  zunion(
    numkeys: Integer,
    ...rest: (Key | 'WEIGHTS' | Integer | 'AGGREGATE' | 'SUM' | 'MIN' | 'MAX' | 'WITHSCORES')[]
  ): Promise<(Text | [Text, number])[]> {
    return this.send<(Text | [Text, number])[]>(['ZUNION', numkeys, ...rest], shape.asMembers)
  }

  /** ZUNIONSTORE: Add multiple sorted sets and store the resulting sorted set in a new key. Cost: O(N)+O(M log(M)) with N being the sum of the sizes of the input sorted sets, and M being the number of elements in the resulting sorted set. Since Redis 2.0.0. */
  zunionstore(
    destination: Key,
    numkeys: Integer,
    ...rest: (Key | 'WEIGHTS' | Integer | 'AGGREGATE' | 'SUM' | 'MIN' | 'MAX')[]
  ): Promise<number> {
    return this.send<number>(['ZUNIONSTORE', destination, numkeys, ...rest])
  }
}
