import { noTotals, type RunReport, type RunStatus, type UndoSelection } from '../../../shared/run.ts'
import type { AuditRepairs } from '../../../shared/auditRepair.ts'
import { References } from '../free/references.ts'
import { warnOfVersions } from '../commit/versions.ts'
import { refuseRun } from '../errors.ts'
import type { RunStore } from '../journal/runStore.ts'
import { isSelected } from '../journal/selection.ts'
import { estimateRun } from '../../../shared/estimate.ts'
import type { Item } from '../plan/item.ts'
import { addTo } from '../plan/totals.ts'
import type { DatabaseFacts } from '../ports.ts'
import { planDamaged, prepare, type OverRun, type UndoRequest } from '../prepare.ts'
import { runSession, type RunGuards, type RunContext, type Site } from '../session.ts'
import { eachOf, sweepRun } from '../sweep.ts'
import { planRepairs } from './planRepairs.ts'
import { applyRepair, type RepairDeps } from './applyRepair.ts'
import { actions, isKnownDone, perhapsDoneOf, untriedOf, type Repairable } from './repairSteps.ts'
import { undoRepair } from './undoRepair.ts'
import { coversUploads } from '../uploadsLabel.ts'

/** `parent`: the audit. */
interface RepairRequest extends OverRun {
  repairs: AuditRepairs
}

/** Plans what is put right of what an audit has found. */
export function prepareRepairs(
  context: RunContext,
  { parent, repairs, createStore }: RepairRequest,
): Promise<RunStore> {
  const { site, progress, stop } = context
  return prepare(context, {
    assert: (facts) => assertRepairable(parent, facts, site),
    createStore,
    plan: async (store) => {
      planRepairs({ audit: parent, store, prefixes: site.prefixes, progress }, repairs)
      let removes = 0
      for (const page of untriedOf(store, 'remove-object')) removes += page.length
      await warnOfVersions({ objects: site.objects, store, progress }, removes, stop.inOrder)
    },
  })
}

function assertRepairable(audit: RunStore, facts: DatabaseFacts, { objects, uploads }: Site): void {
  const { id, kind, databaseIdentity, database, store, uploads: folder } = audit.header
  if (kind !== 'audit') refuseRun(id, `A run of the kind “${kind}” has found nothing to repair.`)
  if (audit.last('planned') === null) refuseRun(id, 'The audit did not get to its end. Audit again.')
  if (databaseIdentity !== facts.identity) refuseRun(id, `The audit was of another database: “${database}”.`)
  if (store !== objects.label) refuseRun(id, `The audit was of another bucket: “${store}”.`)
  if (!coversUploads(folder, uploads.label)) refuseRun(id, `The audit was of another uploads folder: “${folder}”.`)
}

/** Carries out what remains of a repair. Each thing is proved once more, and written down, before it is done. */
export function executeRepairs(context: RunContext, store: RunStore): Promise<RunReport> {
  return runSession(context, store, {
    work: (held) =>
      sweepActions(context, store, held, actions, 'committed', async (deps, repairable) => {
        await applyRepair(deps, repairable)
        deps.journal.writeNow({ step: 'committed', seq: repairable.item.seq, data: {} })
      }),
  })
}

/** Plans to take back what a repair, the parent, has done or may have done. */
export function prepareRepairUndo(
  context: RunContext,
  { parent, selection, createStore }: UndoRequest,
): Promise<RunStore> {
  return prepare(context, { createStore, plan: (store) => planRepairUndo(store, parent, selection) })
}

function planRepairUndo(store: RunStore, repaired: RunStore, selection: UndoSelection): void {
  const totals = { ...noTotals }
  for (const action of actions) {
    for (const { item, step } of eachOf(perhapsDoneOf(repaired, action))) {
      if (!isSelected(repaired.query, selection, item.seq)) continue
      const planned: Item = { ...item, verdict: 'move', code: null, message: null }
      store.addItems([planned])
      store.append([{ step: 'remedy', seq: item.seq, data: step }])
      addTo(totals, [planned])
    }
  }
  planDamaged(store, repaired, totals, selection)
  store.sealPlan(totals, estimateRun(totals, { parallelUploads: 1 }))
}

/** Takes back what a repair has done, last things first. */
export function executeRepairUndo(context: RunContext, store: RunStore, repaired: RunStore): Promise<RunReport> {
  const by = store.header.id
  return runSession(context, store, {
    work: (held) =>
      sweepActions(context, store, held, [...actions].reverse(), 'restored', async (deps, repairable) => {
        const { seq } = repairable.item
        await undoRepair(deps, repaired, repairable, isKnownDone(repaired, seq))
        repaired.append([{ step: 'restored', seq, data: { by } }])
        deps.journal.writeNow({ step: 'restored', seq, data: {} })
      }),
  })
}

type Action = Repairable['step']['action']

function sweepActions(
  context: RunContext,
  store: RunStore,
  held: RunGuards,
  order: readonly Action[],
  outcome: 'committed' | 'restored',
  one: (deps: RepairDeps, repairable: Repairable) => Promise<void>,
): Promise<RunStatus> {
  const { site, stop } = context
  return sweepRun<Repairable>(context, store, {
    phase: 'repair',
    outcome,
    failure: outcome === 'committed' ? 'failed' : 'restore-failed',
    begin: async (journal) => {
      const references = await References.read(store, site, stop.now)
      const end = (): void => references.close()
      try {
        // Where rows are still to be deleted, nothing may be left of their documents.
        if (outcome === 'committed' && hasRows(store)) await references.readObjects(site.objects, stop.now)
      } catch (cause) {
        end()
        throw cause
      }
      const { databaseIdentity } = store.header
      const deps: RepairDeps = { site, ...held, databaseIdentity, references, store, journal, signal: stop.now }
      return { items: { inTurn: inOrder(store, order) }, one: (repairable) => one(deps, repairable), end }
    },
  })
}

const hasRows = (store: RunStore): boolean => untriedOf(store, 'remove-row').next().done !== true

function* inOrder(store: RunStore, order: readonly Action[]): Generator<Repairable> {
  for (const action of order) yield* eachOf(untriedOf(store, action))
}
