import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** Tests with services spend most of their time waiting for servers and other processes: one worker more than cores. */
const waiting = { maxWorkers: availableParallelism() + 1, sequence: { groupOrder: 1 } }

/** Unit tests keep a core busy. On two cores, vitest would start one worker only. */
const working = { maxWorkers: availableParallelism(), testTimeout: 15_000 }

/** For projects whose tests use a real S3 server and a real PostgreSQL server, one of each for the whole run. */
const services = { globalSetup: 'test/globalSetup.ts' }

export default defineConfig({
  test: {
    passWithNoTests: false,
    restoreMocks: true,
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.{ts,mjs}'], ...working } },
      { test: { name: 'unit-dom', include: ['test/unit/**/*.test.tsx'], environment: 'happy-dom', ...working } },
      {
        test: {
          name: 'contract',
          include: ['test/contract/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          ...waiting,
          ...services,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/{integration,crash}/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          ...waiting,
          ...services,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'package',
          include: ['test/package/**/*.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 3 },
          testTimeout: 180_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
})
