/** What the callers need of a client library. */
export interface MeasuredClient {
  get(key: string): Promise<string | null>
  set(key: string, value: string): Promise<unknown>
  close(): Promise<unknown>
}
