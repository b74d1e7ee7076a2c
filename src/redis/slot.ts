/**
 * The hash slot of a key: CRC16 (XMODEM) of the key, or of what stands in its first pair of braces, modulo
 * 16384. Source: the Redis Cluster specification, "Key distribution model" and "Hash tags".
 */
export const SLOT_COUNT = 16_384

export function slotOf(key: string | Uint8Array): number {
  const bytes = typeof key === 'string' ? Buffer.from(key) : key
  let start = 0
  let end = bytes.length
  const open = bytes.indexOf(123)
  if (open >= 0) {
    const close = bytes.indexOf(125, open + 1)
    if (close > open + 1) {
      start = open + 1
      end = close
    }
  }
  let crc = 0
  for (let index = start; index < end; index++) {
    crc = ((crc << 8) & 0xffff) ^ crcTable[((crc >> 8) ^ bytes[index]!) & 0xff]!
  }
  return crc % SLOT_COUNT
}

const crcTable = new Uint16Array(256)
for (let byte = 0; byte < 256; byte++) {
  let crc = byte << 8
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff
  crcTable[byte] = crc
}
