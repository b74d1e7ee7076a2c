/**
 * What the reply of each command is in TypeScript, and which function of `src/redis/commands/shapes.ts` makes it
 * so (RESP2 and RESP3 differ for maps, sets and scores). Commands that are not named give `Reply`.
 *
 * Source: the pages of https://redis.io/docs/latest/commands/.
 */
export type ReplyType = readonly [type: string, reshape?: string]

const text: ReplyType = ['Text']
const textOrNull: ReplyType = ['Text | null']
const texts: ReplyType = ['Text[]']
const count: ReplyType = ['number']
const wide: ReplyType = ['number | bigint']
const list: ReplyType = ['Text[]', 'asList']
const record: ReplyType = ['Record<string, Text>', 'asRecord']
const double: ReplyType = ['number', 'asNumber']
const doubleOrNull: ReplyType = ['number | null', 'asNumberOrNull']
const scoredOrPlain: ReplyType = ['(Text | [Text, number])[]', 'asMembers']
const scored: ReplyType = ['[Text, number][]', 'asScoredMembers']
const entries: ReplyType = ['shape.StreamEntry<Text>[]', 'asStreamEntries']
const streams: ReplyType = ['shape.StreamEntries<Text>[]', 'asStreams']
const info: ReplyType = ['Record<string, Reply>', 'asInfo']
const infos: ReplyType = ['Record<string, Reply>[]', 'asInfos']

const names = (type: ReplyType, ...commands: string[]): [string, ReplyType][] =>
  commands.map((name) => [name, type])

export const replyTypes: Record<string, ReplyType> = Object.fromEntries([
  // strings
  ...names(textOrNull, 'GET', 'GETDEL', 'GETEX', 'GETSET', 'SET', 'LINDEX', 'HGET', 'RANDOMKEY', 'RPOPLPUSH'),
  ...names(textOrNull, 'BRPOPLPUSH', 'LMOVE', 'BLMOVE', 'SUBSTR', 'GETRANGE', 'OBJECT|ENCODING', 'DUMP'),
  ...names(text, 'MSET', 'SETEX', 'PSETEX', 'RENAME', 'TYPE', 'LSET', 'LTRIM', 'HMSET', 'RESTORE', 'MIGRATE'),
  ...names(
    text,
    'PING',
    'ECHO',
    'FLUSHALL',
    'FLUSHDB',
    'INFO',
    'CONFIG|SET',
    'CONFIG|REWRITE',
    'CONFIG|RESETSTAT',
  ),
  ...names(text, 'SAVE', 'BGSAVE', 'BGREWRITEAOF', 'LOLWUT', 'SCRIPT|LOAD', 'SCRIPT|FLUSH', 'SCRIPT|KILL'),
  ...names(text, 'CLIENT|LIST', 'CLIENT|INFO', 'CLIENT|PAUSE', 'CLIENT|UNPAUSE', 'ACL|WHOAMI', 'ACL|GENPASS'),
  ...names(
    text,
    'CLUSTER|INFO',
    'CLUSTER|NODES',
    'CLUSTER|MYID',
    'FUNCTION|LOAD',
    'FUNCTION|DELETE',
    'SWAPDB',
  ),
  ...names(text, 'FUNCTION|FLUSH', 'FUNCTION|KILL', 'FUNCTION|RESTORE', 'FUNCTION|DUMP', 'MEMORY|DOCTOR'),
  ...names(text, 'PFMERGE', 'XGROUP|CREATE', 'XGROUP|SETID', 'XSETID', 'ACL|SETUSER', 'ACL|SAVE', 'ACL|LOAD'),
  ...names(textOrNull, 'CLIENT|GETNAME', 'XADD'),
  ...names(wide, 'INCR', 'DECR', 'INCRBY', 'DECRBY', 'HINCRBY'),
  ...names(double, 'INCRBYFLOAT', 'HINCRBYFLOAT', 'ZINCRBY'),
  ...names(count, 'APPEND', 'STRLEN', 'SETRANGE', 'SETNX', 'MSETNX'),
  ...names(['(Text | null)[]'], 'MGET', 'HMGET'),
  // keys
  ...names(
    count,
    'DEL',
    'UNLINK',
    'EXISTS',
    'TOUCH',
    'EXPIRE',
    'PEXPIRE',
    'EXPIREAT',
    'PEXPIREAT',
    'EXPIRETIME',
  ),
  ...names(count, 'PEXPIRETIME', 'TTL', 'PTTL', 'PERSIST', 'RENAMENX', 'COPY', 'MOVE', 'DBSIZE', 'WAIT'),
  ...names(texts, 'KEYS'),
  ...names(['Text[] | number', 'asListOrNumber'], 'SORT'),
  ...names(texts, 'SORT_RO'),
  ...names(['[cursor: string, keys: Text[]]', 'asScan'], 'SCAN', 'SSCAN'),
  ...names(['[cursor: string, entries: [Text, Text][]]', 'asPairScan'], 'HSCAN'),
  ...names(['[cursor: string, members: [Text, number][]]', 'asScoreScan'], 'ZSCAN'),
  ...names(['number | null'], 'OBJECT|IDLETIME', 'OBJECT|FREQ', 'OBJECT|REFCOUNT', 'MEMORY|USAGE'),
  // bitmaps
  ...names(count, 'SETBIT', 'GETBIT', 'BITCOUNT', 'BITOP', 'BITPOS'),
  ...names(['(number | bigint | null)[]'], 'BITFIELD', 'BITFIELD_RO'),
  // hashes
  ...names(record, 'HGETALL'),
  ...names(count, 'HSET', 'HSETNX', 'HDEL', 'HEXISTS', 'HLEN', 'HSTRLEN'),
  ...names(texts, 'HKEYS', 'HVALS'),
  // lists
  ...names(count, 'LPUSH', 'RPUSH', 'LPUSHX', 'RPUSHX', 'LLEN', 'LREM', 'LINSERT'),
  ...names(texts, 'LRANGE'),
  ...names(['Text | Text[] | null'], 'LPOP', 'RPOP', 'HRANDFIELD', 'SPOP', 'SRANDMEMBER', 'ZRANDMEMBER'),
  ...names(['[key: Text, value: Text] | null'], 'BLPOP', 'BRPOP'),
  ...names(['[key: Text, values: Text[]] | null'], 'LMPOP', 'BLMPOP'),
  ...names(['number | number[] | null'], 'LPOS'),
  ...names(['Text | number | Record<string, Reply>', 'asLcs'], 'LCS'),
  // sets
  ...names(
    count,
    'SADD',
    'SREM',
    'SCARD',
    'SISMEMBER',
    'SMOVE',
    'SINTERSTORE',
    'SUNIONSTORE',
    'SDIFFSTORE',
    'SINTERCARD',
  ),
  ...names(['number[]'], 'SMISMEMBER'),
  ...names(list, 'SMEMBERS', 'SINTER', 'SUNION', 'SDIFF'),
  // sorted sets
  ...names(['number | null', 'asNumberOrNull'], 'ZADD'),
  ...names(
    count,
    'ZREM',
    'ZCARD',
    'ZCOUNT',
    'ZLEXCOUNT',
    'ZREMRANGEBYLEX',
    'ZREMRANGEBYRANK',
    'ZREMRANGEBYSCORE',
  ),
  ...names(count, 'ZINTERSTORE', 'ZUNIONSTORE', 'ZDIFFSTORE', 'ZRANGESTORE', 'ZINTERCARD'),
  ...names(['number | null'], 'ZRANK', 'ZREVRANK'),
  ...names(doubleOrNull, 'ZSCORE'),
  ...names(['(number | null)[]', 'asNumbersOrNulls'], 'ZMSCORE'),
  ...names(
    scoredOrPlain,
    'ZRANGE',
    'ZREVRANGE',
    'ZRANGEBYSCORE',
    'ZREVRANGEBYSCORE',
    'ZINTER',
    'ZUNION',
    'ZDIFF',
  ),
  ...names(texts, 'ZRANGEBYLEX', 'ZREVRANGEBYLEX'),
  ...names(scored, 'ZPOPMIN', 'ZPOPMAX'),
  ...names(['[key: Text, member: Text, score: number] | null', 'asKeyedMember'], 'BZPOPMIN', 'BZPOPMAX'),
  ...names(['[key: Text, members: [Text, number][]] | null', 'asKeyedMembers'], 'ZMPOP', 'BZMPOP'),
  // counting, places
  ...names(count, 'PFADD', 'PFCOUNT', 'GEOADD', 'GEOSEARCHSTORE'),
  ...names(doubleOrNull, 'GEODIST'),
  ...names(['(Text | null)[]'], 'GEOHASH'),
  ...names(['([longitude: number, latitude: number] | null)[]', 'asPositions'], 'GEOPOS'),
  // streams
  ...names(
    count,
    'XLEN',
    'XDEL',
    'XTRIM',
    'XACK',
    'XGROUP|CREATECONSUMER',
    'XGROUP|DELCONSUMER',
    'XGROUP|DESTROY',
  ),
  ...names(entries, 'XRANGE', 'XREVRANGE', 'XCLAIM'),
  ...names(streams, 'XREAD', 'XREADGROUP'),
  ...names(['shape.ClaimedEntries<Text>', 'asClaimed'], 'XAUTOCLAIM'),
  ...names(infos, 'XINFO|GROUPS', 'XINFO|CONSUMERS'),
  ...names(info, 'XINFO|STREAM'),
  // messages
  ...names(count, 'PUBLISH', 'SPUBLISH', 'PUBSUB|NUMPAT'),
  ...names(texts, 'PUBSUB|CHANNELS', 'PUBSUB|SHARDCHANNELS'),
  ...names(['Record<string, number>', 'asCounts'], 'PUBSUB|NUMSUB', 'PUBSUB|SHARDNUMSUB'),
  // servers
  ...names(record, 'CONFIG|GET'),
  ...names(
    count,
    'CLIENT|ID',
    'CLIENT|UNBLOCK',
    'LASTSAVE',
    'COMMAND|COUNT',
    'CLUSTER|KEYSLOT',
    'SLOWLOG|LEN',
  ),
  ...names(count, 'CLUSTER|COUNTKEYSINSLOT', 'ACL|DELUSER', 'LATENCY|RESET', 'CLIENT|GETREDIR'),
  ...names(['number[]'], 'SCRIPT|EXISTS'),
  ...names(['[seconds: Text, microseconds: Text]'], 'TIME'),
  ...names(
    texts,
    'ACL|USERS',
    'ACL|LIST',
    'ACL|CAT',
    'CLUSTER|GETKEYSINSLOT',
    'COMMAND|LIST',
    'COMMAND|GETKEYS',
  ),
  ...names(info, 'MEMORY|STATS', 'CLIENT|TRACKINGINFO'),
])
