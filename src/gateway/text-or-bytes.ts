/** ASCII as text, which rules can look at; everything else as its bytes. */
export function textOrBytes(bytes: Buffer): string | Buffer {
  return bytes.every((byte) => byte < 128) ? bytes.toString('latin1') : bytes
}
