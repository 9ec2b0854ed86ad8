import type { Command } from 'commander'
import { z } from 'zod'
import type { RepairDeed, AuditRepairs } from '../../shared/auditRepair.ts'
import type { RunReport } from '../../shared/run.ts'
import { reportOf } from '../engine/journal/summary.ts'
import { carryOut, prepareAuditRepairs } from '../runs/operations.ts'
import { repairPlanText } from './auditText.ts'
import { confirm } from './confirm.ts'
import { answerOf, type Answer, type CommandContext } from './report.ts'
import type { Session } from './session.ts'

/** What `repair` takes when the run is an audit. */
export function addAuditRepairOptions(command: Command): Command {
  return command
    .option('--fix-paths', 'for an audit: correct paths in the database to where the document was found', false)
    .option('--quarantine-files', 'for an audit: move orphaned files to quarantine/', false)
    .option(
      '--remove-objects',
      'for an audit: save orphaned objects to quarantine/ and remove them from the bucket',
      false,
    )
    .option('--unmarked', 'with --remove-objects: include untagged objects', false)
    .option('--remove-rows', 'for an audit: delete records of lost documents, after saving them', false)
    .option('--dry-run', 'for an audit: only show what would happen', false)
}

const optionsSchema = z.object({
  fixPaths: z.boolean(),
  quarantineFiles: z.boolean(),
  removeObjects: z.boolean(),
  unmarked: z.boolean(),
  removeRows: z.boolean(),
  dryRun: z.boolean(),
  yes: z.boolean(),
})

const wantedOf = (command: Command): AuditRepairs => {
  const { fixPaths, quarantineFiles, removeObjects, unmarked, removeRows } = optionsSchema.parse(command.opts())
  return { fixPaths, quarantineFiles, removeObjects, unmarkedObjects: unmarked, removeRows }
}

export const asksForAuditRepairs = (command: Command): boolean => {
  const { fixPaths, quarantineFiles, removeObjects, removeRows } = wantedOf(command)
  return fixPaths || quarantineFiles || removeObjects || removeRows
}

/** Plans the repairs of an audit, shows them, and carries them out. */
export async function repairAudit(
  session: Session,
  audit: string,
  command: Command,
  context: CommandContext,
): Promise<Answer> {
  const { dryRun, yes } = optionsSchema.parse(command.opts())
  const wanted = wantedOf(command)
  const store = await prepareAuditRepairs(session.work, audit, wanted)
  try {
    const planned = reportOf(store)
    const text = repairPlanText(planned)
    if (dryRun) return answerOf(planned, text)
    await confirm(session, context.output, yes, text, consequenceOf(planned, wanted))
    return answerOf(await carryOut(session.work, store))
  } finally {
    store.close()
  }
}

function consequenceOf({ repairs }: RunReport, { unmarkedObjects }: AuditRepairs): string {
  const does = (wanted: RepairDeed): boolean => repairs?.some(({ deed }) => deed === wanted) === true
  const parts = ['You can undo all of it with rollback.']
  if (does('remove-row')) parts.unshift('Users will no longer see the documents whose records are deleted.')
  if (does('remove-object') && unmarkedObjects) parts.unshift('Make sure that no other Readur server uses this bucket.')
  return parts.join(' ')
}
