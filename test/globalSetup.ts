import type { TestProject } from 'vitest/node'
import { bundleCli } from '../scripts/cliBundle.mjs'
import { type PostgresSettings, startTestPostgres } from './services/postgres.ts'
import { type S3Settings, startS3 } from './services/s3.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    s3: S3Settings
    postgres: PostgresSettings
  }
}

interface Services {
  s3: S3Settings
  postgres: PostgresSettings
  stop: () => Promise<void>
}

/** The one set of servers of this run, and how many projects use it. On globalThis: each project loads this file anew. */
interface Shared {
  users: number
  services: Promise<Services> | undefined
}

const key = Symbol.for('readur-migrate.test-services')
const holder = globalThis as { [key]?: Shared | undefined }
const shared: Shared = holder[key] ?? { users: 0, services: undefined }
holder[key] = shared

/**
 * Starts the servers for the first project that has tests to run, hands every project their settings, and stops
 * them after the last.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  shared.users++
  shared.services ??= startServices()
  const { s3, postgres, stop } = await shared.services
  project.provide('s3', s3)
  project.provide('postgres', postgres)
  return async () => {
    shared.users--
    if (shared.users === 0) await stop()
  }
}

async function startServices(): Promise<Services> {
  // Tests start the command line as it ships.
  await bundleCli()
  const [s3, postgres] = await Promise.allSettled([startS3(), startTestPostgres()])
  if (s3.status === 'fulfilled' && postgres.status === 'fulfilled') {
    // Functions do not cross to the processes that tests run in.
    const { stop: stopS3, ...s3Settings } = s3.value
    const { stop: stopPostgres, ...postgresSettings } = postgres.value
    const stop = async (): Promise<void> => {
      await Promise.all([stopS3(), stopPostgres()])
    }
    return { s3: s3Settings, postgres: postgresSettings, stop }
  }

  const reasons: unknown[] = []
  for (const server of [s3, postgres]) {
    if (server.status === 'fulfilled') await server.value.stop()
    else reasons.push(server.reason)
  }
  throw new AggregateError(reasons, `The test services did not start: ${reasons.join('; ')}`)
}
