import type { ErrorData } from './errors.ts'

/** A dump of the database that this program has made. */
export interface Backup {
  /** Of what, e.g. `127.0.0.1:5432/readur`. */
  database: string
  /** On this computer. */
  path: string
  bytes: number
  /** When it was whole. */
  at: number
  /** The command that puts it back. Holds no password. */
  restore: string
  /** The container whose pg_dump has made it; null: that of the computer that the database lies on. */
  container: string | null
}

/** A backup that was made before, as it is now. */
export interface KnownBackup extends Backup {
  /** Its file is where it was written. */
  isThere: boolean
}

export interface BackupMade extends Backup {
  /** Objects that pg_restore lists in it; null where it could not be asked. */
  listed: number | null
}

/** Where pg_dump runs. */
export interface BackupPlace {
  /** The database's own container, on the computer that database and uploads lie on; null: on that computer itself. */
  container: string | null
}

/** How a backup stands. `cancelled` and `failed` leave no file. */
type BackupState = 'running' | 'done' | 'failed' | 'cancelled'

/** The backup of the window that is being made, or was made last. */
export interface BackupSnapshot {
  profileId: string
  state: BackupState
  /** Where it is written to. */
  path: string
  /** That have come so far; 0 while the database is being reached. */
  bytes: number
  seconds: number
  /** Once it is done. */
  made: BackupMade | null
  error: ErrorData | null
}
