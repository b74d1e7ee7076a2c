/** A colour for a name: the same name has the same one everywhere, and names that look alike have different ones. */
export interface NameColour {
  /** Degrees of OKLCH. */
  readonly hue: number
  /** A pale ground with dark letters, or a deep one with light letters. */
  readonly isDeep: boolean
}

/** Steps on the colour wheel that people can tell apart. */
const hueSteps = 18

export function colourOf(name: string): NameColour {
  const hash = hashOf(name.normalize('NFC'))
  return { hue: 8 + (hash % hueSteps) * (360 / hueSteps), isDeep: Math.floor(hash / hueSteps) % 2 === 1 }
}

/** FNV-1a of the UTF-8 bytes, 32 bits, with its bits mixed once more: short names differ in few of them. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
