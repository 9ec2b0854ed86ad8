import type { Command } from 'commander'
import { z } from 'zod'
import type { ErrorCode } from '../../shared/errors.ts'
import { defaultMigrateOptions, type RunReport } from '../../shared/run.ts'
import { notSwitchedConsequence, readurStateWords } from '../../shared/readurState.ts'
import { MigrateError } from '../engine/errors.ts'
import { errorCodeSchema } from '../engine/journal/errorCode.ts'
import { reportOf } from '../engine/journal/summary.ts'
import { awaitingCutover, cutOver, migrate, planMigration, planRetry, resumeRun, totalsOf } from '../runs/operations.ts'
import { latestUnfinished } from '../runs/resuming.ts'
import { setPace } from '../site.ts'
import { backUpFirst } from './backupCommands.ts'
import { askBeforeRows, confirm } from './confirm.ts'
import { exitCode } from './exitCodes.ts'
import {
  addMigrateOptions,
  addPlanOptions,
  addSiteOptions,
  changedOptionsOf,
  errorCode,
  migrateOptionsOf,
  planOptionsOf,
} from './options.ts'
import { answerOf, onSite, type Answer, type CommandContext } from './report.ts'
import { runOf } from './runArgument.ts'
import type { Session } from './session.ts'
import { planText, reportText } from './text.ts'

/** `plan`, `migrate`, `resume`, `switch`. */
export function addMigrateCommands(program: Command, context: CommandContext): void {
  const plan = program.command('plan').description('show what a migration would do (read-only)')
  addPlanOptions(addSiteOptions(plan)).action(() => onSite(context, plan, ({ work }) => planOnly(work, plan)))

  const run = program.command('migrate').description('plan, copy and verify files, then switch the database to S3')
  addMigrateOptions(addPlanOptions(addSiteOptions(run)))
    .option('--dry-run', 'only show the plan', false)
    .option('--backup <file>', 'first back up the database to this file with pg_dump')
    .option('--postgres-container <name>', 'with --backup: run pg_dump in this container')
    .option('--copy-only', 'copy and verify now; update the database later with switch', false)
    .option(
      '--canary',
      'first check that Readur serves documents from the bucket; needs READUR_URL and READUR_TOKEN',
      false,
    )
    .option('--yes', 'do not ask for confirmation, even if Readur is not known to use the bucket', false)
    .option('--delta', 'only files that no earlier run has copied')
    .option('--resume-from <run or state file>', 'resume that run instead of starting a new one')
    .option('--fresh-start', 'start a new run even if another is unfinished; that one stays in the history', false)
    .option('--delete-local', 'not supported; use free instead')
    .action(() => {
      refuseWithResume(run)
      return onSite(context, run, (session) => migrateOnce(session, run, context))
    })

  const resume = program
    .command('resume [run]')
    .description('resume a run, named by ID or state file (default: the latest unfinished run)')
  addMigrateOptions(addSiteOptions(resume), false)
    .option('--retry-failed', 'then retry failed files in a new run', false)
    .option('--only <code>', 'with --retry-failed: only files that failed with this code, e.g. FILE_MISSING', errorCode)
    .action((name?: string) => {
      const retry = retryOptionsOf(resume)
      return onSite(context, resume, (session) => resumeOnce(session, resume, context, name, retry))
    })

  addSwitchCommand(program.command('switch <run>'), context)
  // Its former name.
  addSwitchCommand(program.command('cutover <run>', { hidden: true }), context)
}

function addSwitchCommand(command: Command, context: CommandContext): void {
  command.description('switch the database to the copies made by a run with --copy-only')
  addMigrateOptions(addSiteOptions(command), false)
    .option('--no-canary', 'do not check first that Readur serves documents from the bucket')
    .option('--yes', 'do not ask for confirmation', false)
    .action((name: string) =>
      onSite(context, command, async (session) => {
        const id = await runOf(session, name)
        const { remaining } = awaitingCutover(session.work, id)
        const change = changedOptionsOf(command)
        const started = session.work.runs.with(id, (run) => run.last('started')?.options)
        const readsBack = (change.verify ?? started?.verify) === 'readback'
        const state = await session.work.readurState(session.work.context.stop.inOrder)
        await confirm(
          session,
          context.output,
          command.opts().yes === true,
          [
            `Run ${id}: ${remaining.toLocaleString('en')} rows will be switched to S3.`,
            readurStateWords(state),
            ...(readsBack ? ['Every copy is downloaded and compared again first (--verify readback).'] : []),
          ],
          state.at === 'bucket' ? 'This updates the database.' : notSwitchedConsequence,
        )
        return answerOf(await cutOver(session.work, id, { change }))
      }),
    )
}

/** A resumed run was planned already: options that would narrow or change its plan must not be ignored. */
function refuseWithResume(command: Command): void {
  const { resumeFrom, ...others } = command.opts<Record<string, unknown>>()
  if (resumeFrom === undefined) return
  const planned = ['dryRun', 'copyOnly', 'delta', 'freshStart', 'userId', 'limit']
  const name = planned.find((it) => it in others && command.getOptionValueSource(it) === 'cli')
  const option = command.options.find((it) => it.attributeName() === name)
  if (!option) return
  command.error(`error: --resume-from resumes a run as it was planned; leave out ${option.long ?? ''}`, {
    exitCode: exitCode.usage,
  })
}

/** Which failures are tried again; null: none. */
function retryOptionsOf(command: Command): RetryOptions | null {
  const { retryFailed, only } = retrySchema.parse(command.opts())
  if (only !== null && !retryFailed) {
    command.error('error: --only needs --retry-failed', { exitCode: exitCode.usage })
  }
  return retryFailed ? { only } : null
}

interface RetryOptions {
  /** Those of this cause alone. */
  only: ErrorCode | null
}

const retrySchema = z.object({ retryFailed: z.boolean(), only: errorCodeSchema.nullable().default(null) })

async function planOnly(work: Session['work'], command: Command): Promise<Answer> {
  const store = await planMigration(work, planOptionsOf(command))
  try {
    const report = reportOf(store)
    return answerOf(report, planText(report, totalsOf(store).bytes))
  } finally {
    store.close()
  }
}

async function migrateOnce(session: Session, command: Command, context: CommandContext): Promise<Answer> {
  const { output } = context
  const { work } = session
  const { dryRun, deleteLocal, freshStart, resumeFrom, yes } = command.opts<Record<string, unknown>>()
  if (deleteLocal === true) {
    throw new MigrateError('DELETE_LOCAL', {
      message: 'A run never deletes the files it has just copied.',
    })
  }
  if (typeof resumeFrom === 'string') return resumeOnce(session, command, context, resumeFrom, null)
  if (dryRun === true) return planOnly(work, command)
  if (freshStart !== true) await mentionUnfinished(session, output)
  const options = migrateOptionsOf(command)
  if (!options.copyOnly && yes !== true) await askBeforeRows(session, output)
  await backUpFirst(session, command, context)
  setPace(work.pace, options)
  const store = await planMigration(work, planOptionsOf(command))
  try {
    return answerOf(await migrate(work, store, options))
  } finally {
    store.close()
  }
}

async function mentionUnfinished({ work }: Session, output: CommandContext['output']): Promise<void> {
  const unfinished = await latestUnfinished(work).catch(() => null)
  if (unfinished?.kind !== 'migrate') return
  output.note(
    `note: run ${unfinished.runId} is unfinished; resume continues it. Starting a new run, which reuses files already copied.`,
  )
}

async function resumeOnce(
  session: Session,
  command: Command,
  { output }: CommandContext,
  name: string | undefined,
  retry: RetryOptions | null,
): Promise<Answer> {
  const { work } = session
  const id = name === undefined ? (await latestUnfinished(work)).runId : await runOf(session, name)
  const change = changedOptionsOf(command)
  const { kind, remaining, status } = work.runs.summary(id)
  if (kind === 'import' || kind === 'recover') return migrateTheRest(session, output, change)
  const isOver = status !== 'interrupted' && status !== 'planned' && remaining === 0
  if (retry === null) return answerOf(await resumeRun(work, id, { change }))
  const first = isOver ? null : await resumeRun(work, id, { change })
  if (first && (first.status === 'interrupted' || !hasFailed(first, retry.only))) return answerOf(first)
  // What was only to be copied is not to be switched now.
  const copyOnly = work.runs.with(id, (run) => run.last('started')?.options?.copyOnly === true)
  if (!copyOnly) await askBeforeRows(session, output)
  const options = { ...defaultMigrateOptions, copyOnly, ...change }
  setPace(work.pace, options)
  const store = await planRetry(work, id, retry.only)
  try {
    const report = await migrate(work, store, options)
    return answerOf(report, [...(first ? [...reportText(first), ''] : []), ...reportText(report)])
  } finally {
    store.close()
  }
}

const hasFailed = ({ failed, problems }: RunReport, code: ErrorCode | null): boolean =>
  code === null ? failed > 0 : problems.some((group) => group.kind === 'failed' && group.code === code)

/** Files moved by another tool are on S3 already: a new run moves the rest. */
async function migrateTheRest(
  session: Session,
  output: CommandContext['output'],
  change: ReturnType<typeof changedOptionsOf>,
): Promise<Answer> {
  const { work } = session
  const options = { ...defaultMigrateOptions, ...change }
  await askBeforeRows(session, output)
  setPace(work.pace, options)
  const store = await planMigration(work, {})
  try {
    return answerOf(await migrate(work, store, options))
  } finally {
    store.close()
  }
}
