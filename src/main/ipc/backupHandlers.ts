import type { BackupDesk } from '../runs/backup/backupDesk.ts'
import type { BackupChannel } from './backupArguments.ts'
import type { Handlers } from './handlers.ts'

export interface BackupHandlerDeps {
  backups: BackupDesk
  /** Shows a file in the platform's file manager. */
  reveal: (path: string) => void
  /** Asks the user where to write a backup; null when nowhere. */
  chooseBackupFile: () => Promise<string | null>
}

/** What the calls about backups do. */
export function createBackupHandlers({
  backups,
  reveal,
  chooseBackupFile,
}: BackupHandlerDeps): Pick<Handlers, BackupChannel> {
  return {
    'backups.last': (profileId, runId) => backups.last({ profileId, runId }),
    'backups.make': async (profileId, place) => {
      const path = await chooseBackupFile()
      if (path === null) return null
      backups.start(profileId, path, place)
      return { path }
    },
    'backups.cancel': () => {
      backups.cancel()
      return null
    },
    'backups.current': () => backups.current(),
    'backups.reveal': (profileId, runId) => {
      const last = backups.last({ profileId, runId })
      if (last) reveal(last.path)
      return null
    },
  }
}
