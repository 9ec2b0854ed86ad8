import type { RunDetails } from '../../../shared/run.ts'
import { formatNumber } from '../../format/number.ts'
import { awaitsCutover, isUnderWay } from '../../format/status.ts'

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
  'kind' | 'parent' | 'status' | 'committed' | 'failed' | 'restored' | 'freed' | 'copied' | 'remaining' | 'totals'
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
  const { status, committed, failed, restored, copied } = run
  const touched = committed + copied > 0 || status === 'interrupted'
  return [
    ...(awaitsCutover(run) ? [cutover] : []),
    ...(failed > 0 && status !== 'not started' ? [retry(failed)] : []),
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
  label: 'Resume',
  means: 'Goes on where it ended. Nothing that is done is done twice.',
}

const cutover: Action = {
  name: 'cutover',
  label: 'Cut over…',
  means: 'Switches the rows to the copies, once Readur is set to S3.',
}

const retry = (failed: number): Action => ({
  name: 'retry',
  label: `Retry failed (${formatNumber(failed)})`,
  means: 'Plans what could not be moved once more, as a run of its own.',
})

const verify: Action = {
  name: 'verify',
  label: 'Verify…',
  means: 'Compares this record with rows, bucket and disk. Changes nothing.',
}

const validate: Action = {
  name: 'validate',
  label: 'Validate…',
  means: 'Its files, all counts, and documents as users get them. A report to keep; changes nothing.',
}

const undo: Action = {
  name: 'undo',
  label: 'Take back…',
  means: 'Rows, files and objects go back to what they were. Shows first what that would do.',
}

const audit: Action = {
  name: 'audit',
  label: 'Audit again…',
  means: 'Compares all rows, files and objects anew. Changes nothing.',
}

const rollback: Action = {
  name: 'rollback',
  label: 'Roll back…',
  means: 'Rows go back to the local files. Shows first what that would do.',
}

const rest: Action = {
  name: 'rest',
  label: 'Roll back the rest…',
  means: 'Once what stood in the way is put right. Shows first what that would do.',
}

const again: Action = {
  name: 'again',
  label: 'Migrate again…',
  means: 'Plans a migration of the documents that were rolled back.',
}

const returns: Action = {
  name: 'return',
  label: 'Put files back…',
  means: 'Moves the files from the quarantine to where they were. Shows first which.',
}

const free: Action = {
  name: 'free',
  label: 'Free space…',
  means: 'Local files go, each after its object was read back. Shows first which.',
}

const plan: Action = {
  name: 'plan',
  label: 'Plan again',
  means: 'Looks at all documents anew. Changes nothing.',
}
