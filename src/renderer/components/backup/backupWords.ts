import type { BackupMade, BackupSnapshot, KnownBackup } from '../../../shared/backup.ts'
import { texts } from '../../texts/texts.ts'
import { formatBytes } from '../../format/bytes.ts'
import { formatDuration } from '../../format/duration.ts'
import { formatMoment } from '../../format/time.ts'

/** When the last backup was made; says so where none is known. */
export function lastBackupWords(last: KnownBackup | null): string {
  if (last === null) return texts.backup.noDatabaseBackupMadeYet
  const { at, bytes, isThere, path } = last
  const made = texts.backup.lastBackup({ at: formatMoment(at), bytes: formatBytes(bytes) })
  return isThere ? made : texts.backup.lastBackupGone({ made, path })
}

/** How far a backup is: nobody knows how large it gets. */
export function backupProgress({ bytes, seconds }: Pick<BackupSnapshot, 'bytes' | 'seconds'>): string {
  const took = formatDuration(seconds)
  return bytes === 0 ? texts.backup.connecting(took) : texts.backup.soFar({ bytes: formatBytes(bytes), took })
}

/** Size of a backup, and how far it was looked into. */
export function backupSize({ bytes, listed }: Pick<BackupMade, 'bytes' | 'listed'>): string {
  const size = formatBytes(bytes)
  return listed === null ? texts.backup.sizeUnlisted(size) : texts.backup.sizeListed({ size, listed })
}
