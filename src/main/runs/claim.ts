import { existsSync } from 'node:fs'
import Database from 'libsql'
import { MigrateError } from '../engine/errors.ts'

const isBusy = (error: unknown): boolean => error instanceof Error && /locked|busy/i.test(error.message)

/** Takes the lock of a file or returns null when another process, or another part of this one, has it. */
function tryLock(path: string): Database.Database | null {
  const database = new Database(path)
  try {
    database.pragma('busy_timeout = 0')
    database.exec('BEGIN EXCLUSIVE')
    return database
  } catch (error) {
    database.close()
    if (isBusy(error)) return null
    throw error
  }
}

/** Closing alone would leave the lock until the garbage is collected. */
function giveBack(database: Database.Database): void {
  database.exec('ROLLBACK')
  database.close()
}

/**
 * Says that this process works on a run. The operating system takes the lock back when the process ends, however it
 * ends: unlike a process id it cannot be mistaken for somebody else's. Throws RUN_BUSY. Returns how to give it back.
 */
export function claim(path: string, runId: string): () => void {
  const database = tryLock(path)
  if (database) return () => giveBack(database)
  throw new MigrateError('RUN_BUSY', {
    message: `Another process works on “${runId}”.`,
    subject: runId,
    scope: 'run',
  })
}

export function isClaimed(path: string): boolean {
  if (!existsSync(path)) return false
  const database = tryLock(path)
  if (database) giveBack(database)
  return database === null
}
