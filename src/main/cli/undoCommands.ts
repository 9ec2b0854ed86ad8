import type { Command } from 'commander'
import type { RunStatus } from '../../shared/run.ts'
import { errorData } from '../engine/errors.ts'
import { tooEarly } from '../engine/free/needs.ts'
import { runProblem } from '../engine/journal/problems.ts'
import { reportOf } from '../engine/journal/summary.ts'
import {
  carryOut,
  checkRun,
  importRun,
  missingBeforeFreeing,
  prepareFreeing,
  prepareUndo,
  recover,
  repair,
  totalsOf,
} from '../runs/operations.ts'
import { addAuditRepairOptions, asksForAuditRepairs, repairAudit } from './auditRepairs.ts'
import { askBeforeRows, confirm } from './confirm.ts'
import { DriftFile } from './driftFile.ts'
import { exitCode } from './exitCodes.ts'
import {
  addCheckOptions,
  addPlanOptions,
  addRollbackOptions,
  addSiteOptions,
  checkOptionsOf,
  planOptionsOf,
  rollbackOptionsOf,
  selectionOf,
} from './options.ts'
import { answerOf, onSite, type Answer, type CommandContext } from './report.ts'
import { runOf } from './runArgument.ts'
import type { Session } from './session.ts'
import { checkText, freedText, freeText, repairedText, undoText } from './text.ts'

/** `rollback`, `free`, `verify-state`, `repair`, `recover`, `import`. */
export function addUndoCommands(program: Command, context: CommandContext): void {
  const rollback = program
    .command('rollback <run>')
    .description('roll back a run, named by ID or state file: first the database, then the objects it created')
  addRollbackOptions(addSiteOptions(rollback)).action((name: string) =>
    onSite(context, rollback, (session) => rollBack(session, name, rollback, context)),
  )

  const free = program
    .command('free <run>')
    .description("free up space: quarantine a run's local files, after checking each S3 copy")
  addSiteOptions(free)
    .option('--anyway', 'continue even if Readur is not known to use the bucket, or the run was not validated', false)
    .option('--delete-quarantine', 'delete the quarantined files of this run for good', false)
    .option('--dry-run', 'only show what would happen', false)
    .option('--yes', 'do not ask for confirmation', false)
    .action((name: string) => onSite(context, free, (session) => freeSpace(session, name, free, context)))

  const verify = program
    .command('verify-state [run]')
    .description('compare the record of a run with database, bucket and disk (read-only)')
  addCheckOptions(addSiteOptions(verify)).action((name?: string) =>
    onSite(context, verify, (session) => verifyState(session, name, verify)),
  )

  addRepairCommand(program, context)

  const rebuild = program
    .command('recover')
    .description('rebuild the lost record of a run from database, bucket and files, so that you can roll it back')
  addPlanOptions(addSiteOptions(rebuild)).action(() =>
    onSite(context, rebuild, async ({ work }) =>
      answerOf(await recover(work, { userId: planOptionsOf(rebuild).userId })),
    ),
  )

  const take = program
    .command('import <state-file>')
    .description('add a state file of this program or of migrate_to_s3 to the history; changes nothing else')
  addSiteOptions(take).action((path: string) =>
    onSite(context, take, async ({ work }) => answerOf(await importRun(work, path))),
  )
}

/** Of an audit, or of what a comparison has missed. */
function addRepairCommand(program: Command, context: CommandContext): void {
  const repairing = program.command('repair <run>').description('repair what verify-state or an audit found')
  addAuditRepairOptions(addSiteOptions(repairing))
    .option('--re-upload', 'upload objects again that are missing from the bucket', false)
    .option('--mark-gone', 'record that deleted documents are gone', false)
    .option('--yes', 'do not ask for confirmation', false)
    .action((name: string) => {
      if (asksForAuditRepairs(repairing)) {
        return onSite(context, repairing, (session) => repairAudit(session, name, repairing, context))
      }
      const { reUpload, markGone, dryRun } = repairing.opts<Record<string, unknown>>()
      if (reUpload !== true && markGone !== true) {
        repairing.error(
          'error: choose what to repair: --re-upload or --mark-gone; for an audit: --fix-paths, --quarantine-files, --remove-objects, --remove-rows',
          { exitCode: exitCode.usage },
        )
      }
      if (dryRun === true) {
        repairing.error(
          'error: --dry-run works only for repairs of an audit; verify-state shows what --re-upload would upload',
          {
            exitCode: exitCode.usage,
          },
        )
      }
      return onSite(context, repairing, (session) => reUploadTo(session, name, repairing, context))
    })
}

async function reUploadTo(
  session: Session,
  name: string,
  command: Command,
  { output }: CommandContext,
): Promise<Answer> {
  const { reUpload, markGone, yes } = command.opts<Record<string, unknown>>()
  const id = await runOf(session, name)
  const what = reUpload === true ? ': missing objects are uploaded again from the local files' : ''
  await confirm(session, output, yes === true, [`Run ${id} will be repaired${what}.`], 'The database is not changed.')
  const wanted = { reUpload: reUpload === true, markGone: markGone === true }
  const { report, ...repaired } = await repair(session.work, id, wanted)
  const code = repaired.isWhole ? exitCode.done : exitCode.doneWithFailures
  return { ...answerOf(report, repairedText(report, repaired)), code }
}

async function rollBack(session: Session, name: string, command: Command, context: CommandContext): Promise<Answer> {
  const { dryRun, keepObjects, force, yes, ...options } = rollbackOptionsOf(command)
  const id = await runOf(session, name)
  const store = await prepareUndo(session.work, id, selectionOf(options), { keepObjects, force })
  try {
    const planned = reportOf(store)
    const text = undoText(planned, id, keepObjects)
    if (dryRun) return answerOf(planned, text)
    // A rollback is undone by migrating again.
    if (store.header.kind === 'migrate' && !yes) await askBeforeRows(session, context.output)
    await confirm(session, context.output, yes, text, 'This updates the database.')
    const { kind, status } = session.work.runs.summary(id)
    // Of a state file that could only be read in part, not all is undone.
    const isPart = kind === 'import' && status === 'completed with failures'
    const answer = answerOf(await carryOut(session.work, store))
    return isPart && answer.code === exitCode.done ? { ...answer, code: exitCode.doneWithFailures } : answer
  } finally {
    store.close()
  }
}

async function freeSpace(session: Session, name: string, command: Command, context: CommandContext): Promise<Answer> {
  const { deleteQuarantine, anyway, dryRun, yes } = command.opts<Record<string, unknown>>()
  const id = await runOf(session, name)
  const kind = deleteQuarantine === true ? 'purge' : 'quarantine'
  const missing = await missingBeforeFreeing(session.work, id)
  const early = missing.length === 0 ? null : tooEarly(id, missing)
  if (early && dryRun !== true && anyway !== true) throw early
  const store = await prepareFreeing(session.work, id, { kind, anyway: anyway === true })
  try {
    const report = reportOf(store)
    const problems = [...(early ? [runProblem(errorData(early))] : []), ...report.problems]
    const planned = { ...report, problems }
    const text = freeText(planned, totalsOf(store).bytes, kind)
    if (dryRun === true) return answerOf(planned, text)
    const consequence = kind === 'purge' ? 'After this, S3 holds the only copy.' : 'This moves local files.'
    await confirm(session, context.output, yes === true, text, consequence)
    const freed = await carryOut(session.work, store)
    return kind === 'quarantine' && freed.freed > 0 ? answerOf(freed, freedText(freed)) : answerOf(freed)
  } finally {
    store.close()
  }
}

async function verifyState(session: Session, name: string | undefined, command: Command): Promise<Answer> {
  const { work } = session
  const id = name === undefined ? latestOf(session) : await runOf(session, name)
  const { level, sample, report } = checkOptionsOf(command)
  const file = report === undefined ? null : new DriftFile(report)
  const check = await checkRun(work, id, { level, sample }, file ? (drift) => file.add(drift) : undefined).finally(() =>
    file?.end(),
  )
  const code = check.sound === check.checked && check.checked > 0 ? exitCode.done : exitCode.doneWithFailures
  return { json: check, text: checkText(check), code }
}

const hasDoneNothing = new Set<RunStatus>(['planned', 'not started', 'planning', 'unreadable'])

/** The newest run that has moved anything. */
function latestOf({ work }: Session): string {
  for (const { runId, kind, status } of work.runs.summaries()) {
    if (kind !== 'migrate' || hasDoneNothing.has(status)) continue
    return runId
  }
  return work.runs.summary('').runId
}
