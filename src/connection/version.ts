/**
 * The version of this package, as package.json has it. A constant, so that programs which bundle a part of the
 * package need no file beside it; a test holds the two together.
 */
export const version = '0.1.0'
