import type { RunDetails } from '../../../shared/record.ts'
import { awaitsCutover, isUnderWay } from '../../format/status.ts'
import { texts } from '../../texts/texts.ts'

/** What can be done with a run that has come to rest. */
export type ActionName =
  | 'resume'
  | 'cutover'
  | 'retry'
  | 'verify'
  | 'validate'
  | 'rollback'
  | 'rest'
  | 'again'
  | 'return'
  | 'undo'
  | 'free'
  | 'audit'
  | 'plan'

export interface Action {
  name: ActionName
  label: string
  /** What it does, in one sentence. */
  means: string
}

type Facts = Pick<
  RunDetails,
  | 'kind'
  | 'parent'
  | 'canSucceed'
  | 'status'
  | 'committed'
  | 'failed'
  | 'restored'
  | 'freed'
  | 'copied'
  | 'remaining'
  | 'totals'
>

/** What makes sense for a run as it stands, the next step first. */
export function actionsOf(run: Facts): Action[] {
  if (isUnderWay(run.status) || run.status === 'planned') return []
  if (run.totals === null) return run.kind === 'migrate' ? [plan] : []
  const resume: Action[] = run.status === 'interrupted' ? [resumes] : []
  switch (run.kind) {
    case 'migrate':
      return [...resume, ...ofMigration(run)]
    case 'import':
    case 'recover':
      return ofRecord(run)
    case 'rollback':
      return [...resume, ...ofRollback(run)]
    case 'quarantine':
      return [...resume, ...(run.freed > 0 ? [returns] : [])]
    case 'purge':
    case 'return':
      return resume
    case 'repair':
      return [...resume, ...(run.committed > 0 ? [undo] : []), audit]
    case 'unrepair':
      return [...resume, audit]
    case 'audit':
      return [audit]
  }
}

function ofMigration(run: Facts): Action[] {
  const { status, committed, canSucceed, restored, copied } = run
  const touched = committed + copied > 0 || status === 'interrupted'
  return [
    ...(awaitsCutover(run) ? [cutover] : []),
    ...(canSucceed > 0 && status !== 'not started' ? [retry(canSucceed)] : []),
    ...(touched || restored > 0 ? [verify] : []),
    ...(committed > 0 ? [validate] : []),
    ...(touched ? [rollback] : []),
    ...(committed > 0 ? [free] : []),
    plan,
  ]
}

function ofRecord({ committed }: Facts): Action[] {
  return committed > 0 ? [verify, validate, rollback, plan] : [plan]
}

function ofRollback({ parent, status, restored }: Facts): Action[] {
  const unfinished = status === 'completed with failures' && parent !== null
  return [...(unfinished ? [rest] : []), ...(restored > 0 ? [again] : [])]
}

const resumes: Action = {
  name: 'resume',
  label: texts.result.resume,
  means: texts.result.resumeMeans,
}

const cutover: Action = {
  name: 'cutover',
  label: texts.result.switchToS3,
  means: texts.result.switchMeans,
}

const retry = (count: number): Action => ({
  name: 'retry',
  label: texts.result.retry(count),
  means: texts.result.retryMeans,
})

const verify: Action = {
  name: 'verify',
  label: texts.result.verify,
  means: texts.result.verifyMeans,
}

const validate: Action = {
  name: 'validate',
  label: texts.result.validate,
  means: texts.result.validateMeans,
}

const undo: Action = {
  name: 'undo',
  label: texts.result.undo,
  means: texts.result.undoMeans,
}

const audit: Action = {
  name: 'audit',
  label: texts.result.auditAgain,
  means: texts.result.auditAgainMeans,
}

const rollback: Action = {
  name: 'rollback',
  label: texts.result.rollBack,
  means: texts.result.rollBackMeans,
}

const rest: Action = {
  name: 'rest',
  label: texts.result.rollBackTheRest,
  means: texts.result.rollBackTheRestMeans,
}

const again: Action = {
  name: 'again',
  label: texts.result.migrateAgain,
  means: texts.result.migrateAgainMeans,
}

const returns: Action = {
  name: 'return',
  label: texts.result.putFilesBack,
  means: texts.result.putFilesBackMeans,
}

const free: Action = {
  name: 'free',
  label: texts.result.freeUpSpace,
  means: texts.result.freeMeans,
}

const plan: Action = {
  name: 'plan',
  label: texts.result.planAgain,
  means: texts.result.planAgainMeans,
}
