import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** Tests that wait on sockets leave a core idle: two at a time even on a small machine. */
const workers = Math.max(2, availableParallelism())

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          include: ['test/{unit,integration,conformance,faults}/**/*.test.{ts,tsx}'],
          maxWorkers: workers,
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        // What users install: packed once, before these.
        test: {
          name: 'package',
          include: ['test/package/**/*.test.ts'],
          globalSetup: 'test/package/tarball.ts',
          maxWorkers: workers,
          testTimeout: 60_000,
          hookTimeout: 300_000,
        },
      },
      {
        // One browser at a time, after the rest: it alone can fill two cores.
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.{ts,tsx}'],
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
