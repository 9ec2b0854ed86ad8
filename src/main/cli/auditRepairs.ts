import type { Command } from 'commander'
import { z } from 'zod'
import type { RepairDeed } from '../../shared/repair.ts'
import type { AuditRepairs, RunReport } from '../../shared/run.ts'
import { reportOf } from '../engine/journal/summary.ts'
import { prepareAuditRepairs } from '../runs/operations.ts'
import { repairPlanText } from './auditText.ts'
import { confirm } from './confirm.ts'
import { answerOf, type Answer, type CommandContext } from './report.ts'
import type { Session } from './session.ts'

/** What `repair` takes when the run is an audit. */
export function addAuditRepairOptions(command: Command): Command {
  return command
    .option('--fix-paths', 'of an audit: point rows at the place where their document was found', false)
    .option('--quarantine-files', 'of an audit: move files that no row names into quarantine/', false)
    .option('--remove-objects', 'of an audit: save objects that no row names to quarantine/, and remove them', false)
    .option('--unmarked', 'with --remove-objects: those too that do not say whose they are', false)
    .option('--remove-rows', 'of an audit: delete rows whose document is nowhere, after saving them whole', false)
    .option('--dry-run', 'of an audit: only show what would be done', false)
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
  const { store, execute } = await prepareAuditRepairs(session.work, audit, wanted)
  try {
    const planned = reportOf(store)
    const text = repairPlanText(planned)
    if (dryRun) return answerOf(planned, text)
    await confirm(session, context.output, yes, text, consequenceOf(planned, wanted))
    return answerOf(await execute())
  } finally {
    store.close()
  }
}

function consequenceOf({ repairs }: RunReport, { unmarkedObjects }: AuditRepairs): string {
  const does = (wanted: RepairDeed): boolean => repairs?.some(({ deed }) => deed === wanted) === true
  const parts = ['All of it can be undone with: rollback.']
  if (does('remove-row')) parts.unshift('Users no longer see the documents of the rows that are deleted.')
  if (does('remove-object') && unmarkedObjects) parts.unshift('No other Readur may use this bucket.')
  return parts.join(' ')
}
