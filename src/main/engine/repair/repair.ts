import type { AuditRepairs, PlanTotals, RunReport, RunStatus } from '../../../shared/run.ts'
import { asMigrateError, errorData, failureLine, MigrateError } from '../errors.ts'
import { References } from '../free/references.ts'
import { warnOfVersions } from '../commit/versions.ts'
import { planDamaged } from '../journal/damage.ts'
import type { Entry } from '../journal/entries.ts'
import { countItems } from '../journal/items.ts'
import { JournalBuffer } from '../journal/journalBuffer.ts'
import type { RunStore } from '../journal/runStore.ts'
import { estimate } from '../plan/estimate.ts'
import type { DatabaseFacts } from '../ports.ts'
import { preflight } from '../preflight.ts'
import type { RollbackSelection } from '../rollback/planRollback.ts'
import { recordError, runSession, type Held, type RunContext } from '../session.ts'
import { planRepairs } from './planRepairs.ts'
import { putRight, type RepairDeps } from './putRight.ts'
import { actions, isKnownDone, perhapsDoneOf, untriedOf, type Repairable } from './remedies.ts'
import { takeBack } from './undo.ts'
import { coversUploads } from '../uploadsLabel.ts'

export interface RepairRequest {
  audit: RunStore
  repairs: AuditRepairs
  createStore: (facts: DatabaseFacts) => RunStore
}

/** Plans what is put right of what an audit has found. Changes nothing; the caller shows the plan before going on. */
export async function prepareRepairs(
  { site, progress, stop }: Omit<RunContext, 'clock' | 'limit'>,
  { audit, repairs, createStore }: RepairRequest,
): Promise<{ store: RunStore; totals: PlanTotals }> {
  progress.phase('check')
  const facts = await preflight({ ...site, progress }, stop.inOrder)
  const { header } = audit
  const refuse = (message: string): never => {
    throw new MigrateError('RUN_NOT_STARTABLE', { message, subject: header.id })
  }
  if (header.kind !== 'audit') refuse(`A run of the kind “${header.kind}” has found nothing to repair.`)
  if (audit.last('planned') === null) refuse('The audit did not get to its end. Audit again.')
  if (header.databaseIdentity !== facts.identity) refuse(`The audit was of another database: “${header.database}”.`)
  if (header.store !== site.objects.label) refuse(`The audit was of another bucket: “${header.store}”.`)
  if (!coversUploads(header.uploads, site.uploads.label))
    refuse(`The audit was of another uploads folder: “${header.uploads}”.`)
  progress.phase('plan')
  const store = createStore(facts)
  try {
    const totals = planRepairs({ audit, store, prefixes: site.prefixes, progress }, repairs)
    let removes = 0
    for (const page of untriedOf(store, 'remove-object')) removes += page.length
    await warnOfVersions({ objects: site.objects, store, progress }, removes, stop.inOrder)
    return { store, totals }
  } catch (error) {
    store.close()
    throw error
  }
}

/** Carries out what remains of a repair. Each thing is proved once more, and written down, before it is done. */
export function executeRepairs(context: RunContext, store: RunStore): Promise<RunReport> {
  const { site, progress, stop } = context
  return runSession(context, store, {
    options: null,
    check: () => preflight({ ...site, progress }, stop.now),
    work: (held) =>
      carryOut(context, store, held, actions, {
        one: putRight,
        done: (seq) => ({ step: 'committed', seq, data: {} }),
        failed: 'failed',
      }),
  })
}

/** Plans to take back what a repair has done or may have done. `repaired` is that run; nothing changes. */
export function planRepairUndo(store: RunStore, repaired: RunStore, { documentIds }: RollbackSelection): PlanTotals {
  const totals: PlanTotals = { documents: 0, items: 0, move: 0, skip: 0, blocked: 0, bytes: 0 }
  const wanted = documentIds && new Set(documentIds)
  for (const action of actions) {
    for (const page of perhapsDoneOf(repaired, action)) {
      for (const { item, remedy } of page) {
        if (wanted && !wanted.has(item.documentId)) continue
        store.addItems([{ ...item, verdict: 'move', code: null, message: null }])
        store.append([{ step: 'remedy', seq: item.seq, data: remedy }])
        totals.items += 1
        totals.move += 1
        totals.bytes += item.size
        if (item.kind === 'document') totals.documents += 1
      }
    }
  }
  planDamaged(store, repaired, totals, ({ documentId }) => !wanted || wanted.has(documentId))
  store.sealPlan(totals, estimate(totals, 1, null))
  return totals
}

/** Takes back what a repair has done, last things first. */
export function executeRepairUndo(context: RunContext, store: RunStore, repaired: RunStore): Promise<RunReport> {
  const { site, progress, stop } = context
  const by = store.header.id
  return runSession(context, store, {
    options: null,
    check: () => preflight({ ...site, progress }, stop.now),
    work: (held) =>
      carryOut(context, store, held, [...actions].reverse(), {
        one: async (deps, repairable) => {
          await takeBack(deps, repaired, repairable, isKnownDone(repaired, repairable.item.seq))
          repaired.append([{ step: 'restored', seq: repairable.item.seq, data: { by } }])
        },
        done: (seq) => ({ step: 'restored', seq, data: {} }),
        failed: 'restore-failed',
      }),
  })
}

interface Work {
  one: (deps: RepairDeps, repairable: Repairable) => Promise<void>
  done: (seq: number) => Entry
  failed: 'failed' | 'restore-failed'
}

async function carryOut(
  { site, limit, progress, stop }: RunContext,
  store: RunStore,
  held: Held,
  order: readonly Repairable['remedy']['action'][],
  work: Work,
): Promise<RunStatus> {
  const journal = new JournalBuffer(store)
  progress.resumed(countItems(store).counts, 0)
  progress.phase('repair')
  const { databaseIdentity } = store.header
  try {
    const references = await References.read(store, site, stop.now)
    const deps: RepairDeps = { site, ...held, databaseIdentity, references, store, journal, signal: stop.now }
    try {
      if (order === actions && hasRows(store)) await references.readObjects(site.objects, stop.now)
      for (const action of order) {
        for (const page of untriedOf(store, action)) {
          for (const repairable of page) {
            await limit.pass(stop.inOrder)
            await attempt(deps, progress, repairable, work)
          }
        }
      }
      journal.writeNow()
    } finally {
      references.close()
    }
  } catch (cause) {
    recordError(store, journal, progress, cause)
    return 'interrupted'
  }
  return countItems(store).counts.failed > 0 ? 'completed with failures' : 'completed'
}

/** Rows are still to be deleted: then nothing may be left of their documents. */
const hasRows = (store: RunStore): boolean => untriedOf(store, 'remove-row').next().done !== true

async function attempt(
  deps: RepairDeps,
  progress: RunContext['progress'],
  repairable: Repairable,
  { one, done, failed }: Work,
): Promise<void> {
  const { seq, filename } = repairable.item
  try {
    await one(deps, repairable)
    deps.journal.writeNow(done(seq))
    progress.outcomes(failed === 'failed' ? { committed: 1 } : { restored: 1 })
  } catch (cause) {
    const error = asMigrateError(cause)
    if (error.scope === 'run') throw error
    deps.journal.writeNow({ step: failed, seq, code: error.code, data: errorData(error) })
    progress.outcomes({ failed: 1 })
    progress.log('error', failureLine(filename, error))
  }
}
