import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Backup, KnownBackup } from '../../../shared/backup.ts'
import { KeptFile } from '../../profiles/keptFile.ts'
import type { RunFolder } from '../runFolder.ts'

/** A backup as it is written down. */
export interface BackupEntry extends Backup {
  databaseIdentity: string
  profileId: string | null
}

const entry: z.ZodType<BackupEntry> = z.object({
  databaseIdentity: z.string(),
  // Older records have neither.
  profileId: z.string().nullable().default(null),
  container: z.string().nullable().default(null),
  database: z.string(),
  path: z.string(),
  bytes: z.number(),
  at: z.number(),
  restore: z.string(),
})

const bookSchema = z.object({ version: z.literal(1), backups: z.array(entry) })

/** So many of the latest are remembered; the files themselves are the user's. */
const remembered = 200

/** Which backups this program has made, and of what. Holds no secret. */
export class BackupStore {
  readonly #file: KeptFile<z.infer<typeof bookSchema>>

  constructor(dataDir: string) {
    this.#file = new KeptFile(join(dataDir, 'backups.json'), bookSchema)
  }

  /** Newest first. What cannot be read is as good as none: a backup is never refused for it. */
  of(databaseIdentity: string): BackupEntry[] {
    return this.#all().filter((one) => one.databaseIdentity === databaseIdentity)
  }

  /** Those of one connection, newest first. */
  ofProfile(profileId: string): BackupEntry[] {
    return this.#all().filter((one) => one.profileId === profileId)
  }

  /** A file that was replaced is the new backup alone. */
  add(made: BackupEntry): void {
    const others = this.#all().filter(({ path }) => path !== made.path)
    this.#file.write({ version: 1, backups: [made, ...others].slice(0, remembered) })
  }

  #all(): BackupEntry[] {
    return (this.#file.read()?.backups ?? []).sort((one, other) => other.at - one.at)
  }
}

/** Whose backup is asked for: of the database that a run was planned on, else of the one that a connection used last. */
export interface BackupOf {
  profileId: string
  runId: string | null
}

/** The latest backup of a database, from our own records: nothing is connected to. Throws RUN_NOT_FOUND. */
export function lastBackup(
  backupStore: BackupStore,
  runs: RunFolder,
  { profileId, runId }: BackupOf,
): KnownBackup | null {
  const identity = runId === null ? identityOf(backupStore, runs, profileId) : runs.with(runId, identityOfRun)
  const last = identity === null ? undefined : backupStore.of(identity)[0]
  if (!last) return null
  const { database, path, bytes, at, restore, container } = last
  return { database, path, bytes, at, restore, container, isThere: existsSync(path) }
}

/** The database that a connection led to when it was last used; null where that was never. */
function identityOf(backupStore: BackupStore, runs: RunFolder, profileId: string): string | null {
  const [saved] = backupStore.ofProfile(profileId)
  const [run] = runs.list(0, 1, { profileId }).runs
  if (!run || (saved && saved.at > run.createdAt)) return saved?.databaseIdentity ?? null
  return runs.with(run.runId, identityOfRun)
}

const identityOfRun = ({ header }: { header: { databaseIdentity: string } }): string => header.databaseIdentity
