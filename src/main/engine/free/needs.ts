import { missingBeforeFree, type ReadurState } from '../../../shared/readurState.ts'
import { MigrateError } from '../errors.ts'
import type { RunStore } from '../journal/runStore.ts'

/** What is missing before local files of a migration may go; empty when nothing is. */
export const missingBefore = (migration: RunStore, readur: ReadurState): string[] =>
  missingBeforeFree(readur, migration.isValidated)

/** Throws FREE_TOO_EARLY, with all that is missing. */
export function assertReadyToFree(migration: RunStore, readur: ReadurState): void {
  const missing = missingBefore(migration, readur)
  if (missing.length > 0) throw tooEarly(migration.header.id, missing)
}

export const tooEarly = (migrationId: string, missing: readonly string[]): MigrateError =>
  new MigrateError('FREE_TOO_EARLY', { message: missing.join(' '), subject: migrationId })
