/**
 * How a field begins in Protobuf: a number that holds the field's own and how to find its end.
 *
 * Source: protobuf.dev, "Encoding".
 */
export const wireTypes = {
  /** Seven bits a byte, the lowest first; the eighth says that there are more. */
  varint: 0,
  fixed64: 1,
  /** A length, and so many bytes: texts, bytes, messages. */
  delimited: 2,
  fixed32: 5,
} as const

export type WireType = (typeof wireTypes)[keyof typeof wireTypes]
