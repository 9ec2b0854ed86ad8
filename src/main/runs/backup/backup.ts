import type { Progress } from '../../engine/progress.ts'
import { openCommands } from '../../site.ts'
import type { OpenedWorkplace } from '../workplace.ts'
import type { Backup, BackupBook } from './backupBook.ts'
import { dumpDatabase, restoreCommand, variablesOf } from './dump.ts'

const sayAgainMs = 5_000

export interface BackupOptions {
  file: string
  /** The database's own container, on the computer that database and uploads lie on. */
  container: string | null
}

export interface BackupMade extends Backup {
  /** Objects that pg_restore lists in it; null where it could not be asked. */
  listed: number | null
}

/** Dumps the database of a workplace into a file of this computer, checks it, and writes down that it was made. */
export async function backUp(work: OpenedWorkplace, book: BackupBook, options: BackupOptions): Promise<BackupMade> {
  const { site, stop, progress, clock } = work.context
  const signal = stop.inOrder
  progress.phase('check')
  const facts = await site.database.facts(signal)
  const variables = variablesOf(work.settings.database.url)
  const { commands: here } = await openCommands(null, undefined, work.ssh)
  const { container, file } = options
  progress.log('info', `Dumping ${facts.label} on ${work.commands.label}`)
  const { path, bytes, listed } = await dumpDatabase(
    { commands: work.commands, variables, container, file, onBytes: tell(progress, clock), signal },
    here,
  )
  const made: Backup = {
    databaseIdentity: facts.identity,
    database: facts.label,
    path,
    bytes,
    at: clock.now(),
    restore: restoreCommand(path, variables, container),
  }
  book.add(made)
  return { ...made, listed }
}

function tell(progress: Progress, clock: { now: () => number }): (bytes: number) => void {
  let saidAt = clock.now()
  return (bytes) => {
    if (clock.now() - saidAt < sayAgainMs) return
    saidAt = clock.now()
    progress.log('info', `Backup: ${(bytes / 1e6).toFixed(1)} MB so far`)
  }
}
