import { PostgresDatabase } from './adapters/postgres/readurDatabase.ts'
import { defaultRetryPolicy, retryObjectStore, type RetryPolicy } from './adapters/retry.ts'
import { S3ObjectStore } from './adapters/s3/objectStore.ts'
import { LocalFolder } from './adapters/uploads/localFolder.ts'
import type { Site } from './engine/session.ts'
import { AdaptiveLimit } from './engine/transfer/concurrency.ts'
import type { SiteSettings } from './profiles/settings.ts'

export interface OpenSite {
  site: Site
  limit: AdaptiveLimit
  /** Never throws. */
  close: () => Promise<void>
}

/** Adapters for one Readur, wrapped the way every run wants them. Nothing is connected yet. */
export function openSite(settings: SiteSettings, parallel: number, policy: RetryPolicy = defaultRetryPolicy): OpenSite {
  const limit = new AdaptiveLimit(parallel)
  const store = new S3ObjectStore(settings.s3, parallel)
  const database = new PostgresDatabase(settings.database)
  return {
    site: {
      database,
      uploads: new LocalFolder(settings.uploads.root),
      objects: retryObjectStore(store, policy, () => limit.slowDown()),
      prefixes: settings.uploads.prefixes,
    },
    limit,
    close: () => {
      store.close()
      return database.close()
    },
  }
}
