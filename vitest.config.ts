import { defineConfig } from 'vitest/config'

/** For projects whose tests use a real S3 server and a real PostgreSQL server, one of each for the whole run. */
const services = { globalSetup: 'test/globalSetup.ts' }

export default defineConfig({
  test: {
    passWithNoTests: false,
    restoreMocks: true,
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.{ts,mjs}'] } },
      { test: { name: 'unit-dom', include: ['test/unit/**/*.test.tsx'], environment: 'happy-dom' } },
      {
        test: {
          name: 'contract',
          include: ['test/contract/**/*.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
          ...services,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/{integration,crash}/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          ...services,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
})
