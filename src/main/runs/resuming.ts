import { resumableKinds, runFacts } from '../../shared/runKind.ts'
import type { RunSummary } from '../../shared/run.ts'
import { MigrateError } from '../engine/errors.ts'
import type { RunHeader } from '../engine/journal/header.ts'
import { refusalToResume } from '../engine/journal/resumable.ts'
import type { RunStore } from '../engine/journal/runStore.ts'
import { summarize } from '../engine/journal/summary.ts'
import type { RunFolder } from './runFolder.ts'
import type { Workplace } from './workplace.ts'
import { coversUploads } from '../engine/uploadsLabel.ts'

/**
 * The one answer to whether the rest of a run can be carried out: plain `resume` takes the latest interrupted run that it
 * allows, and no run is resumed that it refuses. Null when nothing speaks against it.
 */
function whyNotResumable(runs: RunFolder, store: RunStore): MigrateError | null {
  const { id, kind, parent } = store.header
  const goesOver = runFacts[kind].over !== null
  const message =
    refusalToResume(store) ??
    (goesOver && !runs.has(parent ?? '') ? `The record of run “${parent ?? ''}”, which it is over, is gone.` : null) ??
    undoneBy(runs, store)
  return message === null ? null : new MigrateError('RUN_NOT_STARTABLE', { message, subject: id })
}

/** A run that undoes another has begun and is not done: the other one must not go on meanwhile. */
function undoneBy(runs: RunFolder, { header }: RunStore): string | null {
  for (const { runId } of runs.familyOf(header.id).children) {
    const isUndoing = runs.with(runId, (child) => undoes(child.header) && isBegun(runs, child))
    if (isUndoing) return `Run “${runId}” has begun to undo it and is not done. Resume that one.`
  }
  return null
}

const undoes = ({ kind, planOptions }: RunHeader): boolean =>
  runFacts[kind].over === 'rows and files' || (kind === 'migrate' && planOptions.of?.state === 'restored')

const isBegun = (runs: RunFolder, store: RunStore): boolean =>
  ['interrupted', 'running'].includes(summarize(store, runs.isAlive).status)

/** Throws RUN_NOT_STARTABLE. */
export function assertResumable(runs: RunFolder, store: RunStore): void {
  const refusal = whyNotResumable(runs, store)
  if (refusal) throw refusal
}

/**
 * The latest run on this database that was begun and not ended. Throws RUN_NOT_FOUND; or RUN_NOT_STARTABLE where there
 * are some and none of them can be resumed.
 */
export async function latestUnfinished({ runs, context }: Pick<Workplace, 'runs' | 'context'>): Promise<RunSummary> {
  const { identity, label } = await context.site.database.facts(context.stop.now)
  const { objects, uploads } = context.site
  const isHere = ({ header }: RunStore): boolean =>
    header.databaseIdentity === identity &&
    header.store === objects.label &&
    coversUploads(header.uploads, uploads.label)
  let refused: MigrateError | null = null
  const unreadable: string[] = []
  for (const summary of runs.summaries()) {
    if (summary.status === 'unreadable') {
      unreadable.push(`Run ${summary.runId} may be unfinished too, but cannot be read: ${summary.problem ?? ''}`)
    }
    if (summary.status !== 'interrupted' || !resumableKinds.includes(summary.kind)) continue
    const verdict = runs.with(summary.runId, (store) => (isHere(store) ? whyNotResumable(runs, store) : 'elsewhere'))
    if (verdict === null) {
      for (const line of unreadable) context.progress.log('warning', line)
      return summary
    }
    if (verdict !== 'elsewhere') refused ??= verdict
  }
  if (refused) throw refused
  throw new MigrateError('RUN_NOT_FOUND', {
    message: [`There is no unfinished run of “${label}”.`, ...unreadable].join(' '),
    subject: label,
  })
}
