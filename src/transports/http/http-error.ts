import { ProtocolError } from '../../connection/errors.ts'

/** What a client sent that cannot be answered as a request; `status` is the answer it gets instead. */
export class HttpFault extends ProtocolError {
  declare readonly status: number

  constructor(status: 400 | 408 | 413 | 414 | 431 | 501 | 505, message: string) {
    super(message, { status })
  }
}
