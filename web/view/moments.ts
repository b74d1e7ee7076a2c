/** Times in the reader's own language and time zone. */
import { momentsIn } from '../text/moments.ts'

export const moments = momentsIn(undefined, undefined)
