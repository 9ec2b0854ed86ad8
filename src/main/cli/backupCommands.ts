import type { Command } from 'commander'
import { z } from 'zod'
import type { BackupMade } from '../../shared/backup.ts'
import { openDataDir } from '../dataDir.ts'
import { asMigrateError } from '../engine/errors.ts'
import type { Variables } from '../profiles/settings.ts'
import { backUp } from '../runs/backup/backup.ts'
import { BackupStore } from '../runs/backup/backupStore.ts'
import { exitCode } from './exitCodes.ts'
import { addSiteOptions } from './options.ts'
import { onSite, type CommandContext } from './report.ts'
import type { Session } from './session.ts'
import { bytes } from './text.ts'

/** `backup`. */
export function addBackupCommands(program: Command, context: CommandContext): void {
  const command = program
    .command('backup <file>')
    .description('back up the database with pg_dump (custom format) to a file on this computer, and check it')
  addBackupOption(addSiteOptions(command)).action((file: string) =>
    onSite(context, command, async (session) => {
      const made = await dumpInto(file, session.work, command, context)
      return { json: made, text: backupText(made), code: exitCode.done }
    }),
  )
}

const addBackupOption = (command: Command): Command =>
  command.option(
    '--postgres-container <name>',
    'run pg_dump in this container (NAME, podman:NAME, kubernetes:NAMESPACE/KIND/NAME)',
  )

const containerSchema = z.object({ postgresContainer: z.string().optional(), backup: z.string().optional() })
const containerOf = (command: Command): string | null => containerSchema.parse(command.opts()).postgresContainer ?? null

export const backupStoreOf = (variables: Variables): BackupStore => new BackupStore(openDataDir(variables).root)

const sayAgainMs = 5_000

/** A new file: an existing one is never replaced. Reports progress every few seconds. */
function dumpInto(
  file: string,
  work: Session['work'],
  command: Command,
  { variables }: Pick<CommandContext, 'variables'>,
): Promise<BackupMade> {
  let saidAt = Date.now()
  const onBytes = (size: number): void => {
    if (Date.now() - saidAt < sayAgainMs) return
    saidAt = Date.now()
    work.context.progress.log('info', `Backup: ${bytes(size)} so far`)
  }
  return backUp(work, backupStoreOf(variables), { file, replace: false, container: containerOf(command), onBytes })
}

/**
 * Before a migration: makes the backup that was asked for, or says when the last one was made. A migration is never refused because there is none.
 */
export async function backUpFirst(
  { work }: Session,
  command: Command,
  { variables, output }: CommandContext,
): Promise<void> {
  const { backup } = containerSchema.parse(command.opts())
  if (backup !== undefined) {
    const made = await dumpInto(backup, work, command, { variables })
    output.note(backupText(made))
    return
  }
  const facts = await work.context.site.database.facts(work.context.stop.inOrder).catch((error: unknown) => {
    // The checks of the run report it in detail.
    work.context.progress.log('info', asMigrateError(error).message)
    return null
  })
  if (!facts) return
  const [last] = backupStoreOf(variables).of(facts.identity)
  output.note(
    last
      ? `note: last backup of this database: ${new Date(last.at).toISOString()}, ${last.path}`
      : 'note: no backup of this database made yet. Make one with backup FILE, or add --backup FILE here. The original paths are saved with the run either way.',
  )
}

function backupText({ path, bytes: size, listed, restore }: BackupMade): string[] {
  const checked =
    listed === null
      ? 'contents not checked, because pg_restore was not found'
      : `pg_restore lists ${listed.toLocaleString('en')} objects in it`
  return [`Backup: ${path}, ${bytes(size)}; ${checked}.`, `  Restore it with: ${restore}`]
}
