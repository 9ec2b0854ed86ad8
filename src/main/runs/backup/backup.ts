import type { BackupMade, BackupPlace } from '../../../shared/backup.ts'
import { openCommands, openContainer } from '../../site.ts'
import type { OpenedWorkplace } from '../workplace.ts'
import type { BackupStore } from './backupStore.ts'
import { dumpDatabase, restoreCommand, variablesInContainer, variablesOf } from './dump.ts'

interface BackupOptions extends BackupPlace {
  file: string
  /** What lies at the file's place may go once the dump is whole: somebody has agreed to that. */
  replace: boolean
  /** Told of every chunk that came, with the bytes so far. */
  onBytes: (bytes: number) => void
}

/**
 * Dumps the database of a workplace into a file of this computer, checks it, and writes down that it was made. Throws
 * BACKUP_FAILED, FILE_TAKEN, SETTING_INVALID, DB_*, SSH_*, and INTERRUPTED when it is stopped; then no file is left.
 */
export async function backUp(
  work: OpenedWorkplace,
  backupStore: BackupStore,
  options: BackupOptions,
): Promise<BackupMade> {
  const { site, stop, progress, clock } = work.context
  const signal = stop.inOrder
  progress.phase('check')
  const facts = await site.database.facts(signal)
  const { database, server } = work.settings
  const variables = variablesOf(database.url, server === null ? database.authorities?.file : undefined)
  const { commands: here } = await openCommands(null, undefined, work.ssh)
  const { container, file, replace, onBytes } = options
  const inside = container === null ? null : openContainer(work.commands, container).commands
  const place = inside ? `in ${inside.label}` : `on ${work.commands.label}`
  progress.log('info', `Dumping ${facts.label}, by pg_dump ${place}`)
  const way = inside
    ? { commands: inside, variables: variablesInContainer(variables) }
    : { commands: work.commands, variables }
  const { path, bytes, listed } = await dumpDatabase({ ...way, place, file, replace, onBytes, signal }, here)
  const made = {
    database: facts.label,
    path,
    bytes,
    at: clock.now(),
    restore: restoreCommand(path, variables, container),
    container,
  }
  backupStore.add({ ...made, databaseIdentity: facts.identity, profileId: work.profile.id })
  return { ...made, listed }
}
