/** What `JSON.parse` gives, for tests that say themselves what it should be. */
export type Parsed = ReturnType<typeof JSON.parse>
