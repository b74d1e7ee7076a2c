/** A colour for a name: the same name has the same one everywhere, and names that look alike have different ones. */

/** Degrees on the colour wheel that people can tell apart and that suit the page. */
const hues = [12, 38, 62, 92, 128, 158, 186, 214, 240, 266, 292, 324, 346]

/** The hue of a name, in degrees of OKLCH. */
export function hueOf(name: string): number {
  // FNV-1a, 32 bits: short, and spreads names that differ in one letter.
  let hash = 0x811c9dc5
  for (const unit of new TextEncoder().encode(name.normalize('NFC'))) {
    hash = Math.imul(hash ^ unit, 0x01000193)
  }
  return hues[((hash ^ (hash >>> 15)) >>> 0) % hues.length]!
}
