import type { BackupMade, BackupSnapshot, KnownBackup } from '../../shared/backup.ts'
import { formatBytes } from './bytes.ts'
import { formatDuration } from './duration.ts'
import { formatCount } from './number.ts'
import { formatMoment } from './time.ts'

/** When the last backup was made; says so where none is known. */
export function lastBackupWords(last: KnownBackup | null, locale?: string): string {
  if (last === null) return 'No backup of this database is known to this program.'
  const { at, bytes, isThere, path } = last
  const made = `The last backup that this program made: ${formatMoment(at, locale)}, ${formatBytes(bytes, locale)}.`
  return isThere ? made : `${made} Its file is not at ${path} any more.`
}

/** How far a backup is: nobody knows how large it gets. */
export function backupProgress({ bytes, seconds }: Pick<BackupSnapshot, 'bytes' | 'seconds'>, locale?: string): string {
  const took = formatDuration(seconds)
  return bytes === 0 ? `Reaching the database… ${took}` : `${formatBytes(bytes, locale)} so far, ${took}`
}

/** Size of a backup, and how far it was looked into. */
export function backupSize({ bytes, listed }: Pick<BackupMade, 'bytes' | 'listed'>, locale?: string): string {
  const size = formatBytes(bytes, locale)
  return listed === null
    ? `${size}. There is no pg_restore on this computer that could list what is in it.`
    : `${size}. pg_restore reads it and lists ${formatCount(listed, 'object', locale)} in it.`
}
