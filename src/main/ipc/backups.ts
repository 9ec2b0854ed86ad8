import { z } from 'zod'
import type { Backups } from '../runs/backup/backups.ts'
import { command, container, id, noArguments } from './command.ts'

export interface BackupCommandDeps {
  backups: Backups
  /** Shows a file in the platform's file manager. */
  reveal: (path: string) => void
  /** Asks the user where to write a backup; null when nowhere. */
  chooseBackupFile: () => Promise<string | null>
}

/** Backups of the database. No path is among the arguments: the user is asked for it. */
export const backupCommands = ({ backups, reveal, chooseBackupFile }: BackupCommandDeps) => ({
  /**
   * The latest backup of the database that a run was planned on, or else of the one that the connection used last, from
   * our own records; asks no server.
   */
  'backups.last': command(z.tuple([id, id.nullable()]), (profileId, runId) => backups.last({ profileId, runId })),
  /** Asks where to, and begins a dump of the database; null when nowhere. What becomes of it, `backup.changed` tells. */
  'backups.make': command(z.tuple([id, z.strictObject({ container })]), async (profileId, place) => {
    const path = await chooseBackupFile()
    if (path === null) return null
    backups.start(profileId, path, place)
    return { path }
  }),
  /** Ends the backup that is being made; nothing is left of it. */
  'backups.cancel': command(noArguments, () => backups.cancel()),
  /** The backup that is being made, or was made last in this session. */
  'backups.current': command(noArguments, () => backups.current()),
  /** Shows the file of that latest backup in the platform's file manager. */
  'backups.reveal': command(z.tuple([id, id.nullable()]), (profileId, runId) => {
    const last = backups.last({ profileId, runId })
    if (last) reveal(last.path)
  }),
})
