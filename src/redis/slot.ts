/**
 * The hash slot of a key: CRC16 (XMODEM) of the key, or of what stands in its first pair of braces, modulo
 * 16384. Source: the Redis Cluster specification, "Key distribution model" and "Hash tags".
 */
import { Buffer } from 'node:buffer'
export const SLOT_COUNT = 16_384

/** Hot path of a cluster: once a key. */
export function slotOf(key: string | Uint8Array): number {
  return typeof key === 'string' ? (slotOfText(key, 127) ?? slotOfBytes(Buffer.from(key))) : slotOfBytes(key)
}

function slotOfBytes({ buffer, byteOffset, byteLength }: Uint8Array): number {
  return slotOfText(Buffer.from(buffer, byteOffset, byteLength).toString('latin1'), 255)!
}

/** Of a text whose characters are one byte each; undefined where one is above `most`. */
function slotOfText(text: string, most: number): number | undefined {
  let start = 0
  let end = text.length
  const open = text.indexOf('{')
  if (open >= 0) {
    const close = text.indexOf('}', open + 1)
    if (close > open + 1) {
      start = open + 1
      end = close
    }
  }
  let crc = 0
  for (let index = start; index < end; index++) {
    const byte = text.charCodeAt(index)
    if (byte > most) return undefined
    crc = ((crc << 8) & 0xffff) ^ crcTable[((crc >> 8) ^ byte) & 0xff]!
  }
  return crc % SLOT_COUNT
}

const crcTable = new Uint16Array(256)
for (let byte = 0; byte < 256; byte++) {
  let crc = byte << 8
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff
  crcTable[byte] = crc
}
