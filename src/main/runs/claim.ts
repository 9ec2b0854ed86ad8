import { existsSync } from 'node:fs'
import Database from 'libsql'
import { diskError } from '../engine/diskError.ts'
import { MigrateError } from '../engine/errors.ts'

const isBusy = (error: unknown): boolean => error instanceof Error && /locked|busy/i.test(error.message)

/** Who only asks whether a run is claimed holds the file for so long at most. */
const askedMs = 500

/** Takes a lock of a file or returns null when another process, or another part of this one, has it. */
function tryLock(path: string, how: 'claim' | 'ask'): Database.Database | null {
  const database = open(path)
  try {
    database.pragma(`busy_timeout = ${how === 'claim' ? askedMs : 0}`)
    // Who asks only reads: those who ask at the same time must not take one another for a claim.
    database.exec(how === 'claim' ? 'BEGIN EXCLUSIVE' : 'BEGIN; SELECT count(*) FROM sqlite_master')
    return database
  } catch (error) {
    database.close()
    if (isBusy(error)) return null
    throw diskError(error, path) ?? error
  }
}

function open(path: string): Database.Database {
  try {
    return new Database(path)
  } catch (cause) {
    throw diskError(cause, path) ?? cause
  }
}

/** Closing alone would leave the lock until the garbage is collected. */
function giveBack(database: Database.Database): void {
  database.exec('ROLLBACK')
  database.close()
}

/**
 * Says that this process works on a run. The operating system takes the lock back when the process ends, however it
 * ends: unlike a process id it cannot be mistaken for somebody else's. Throws RUN_BUSY, and DATA_FOLDER_UNWRITABLE and DISK_FULL. Returns how to give it back.
 */
export function claim(path: string, runId: string): () => void {
  const database = tryLock(path, 'claim')
  if (database) return () => giveBack(database)
  throw new MigrateError('RUN_BUSY', {
    message: `Another process works on “${runId}”.`,
    subject: runId,
  })
}

export function isClaimed(path: string): boolean {
  if (!existsSync(path)) return false
  const database = tryLock(path, 'ask')
  if (database) giveBack(database)
  return database === null
}
