import { noTotals, type Estimate, type PlanOptions, type PlanTotals } from '../../../shared/run.ts'
import type { RunStore } from '../journal/runStore.ts'
import type { DocumentRow, UploadsFolder } from '../ports.ts'
import type { Progress } from '../progress.ts'
import { classify } from './classify.ts'
import type { PlannedItem } from './item.ts'
import type { PathPrefix } from './paths.ts'
import { MapProposals } from './proposals.ts'
import { addTo } from './totals.ts'

/** Files looked at side by side; bounds open handles and, later, SFTP requests. */
const lookups = 32

interface PlanDeps {
  /** What to plan, a page at a time, in the order of the later commits. */
  documents: AsyncIterable<DocumentRow[]>
  uploads: Pick<UploadsFolder, 'inspect' | 'open' | 'namedRoot'>
  prefixes: readonly PathPrefix[]
  store: Pick<RunStore, 'addItems' | 'sealPlan' | 'sourceOfKey'>
  progress: Progress
  /** An earlier run holds a verified copy of this item and is yet to be cut over. */
  awaitsCutover: (item: PlannedItem) => boolean
  estimate: (totals: PlanTotals) => Estimate
}

/**
 * Reads the documents page by page and writes what is to happen to each into the run store, in the order of the
 * later commits. Touches neither rows nor bucket. `limit` counts documents that can be moved, so that limited runs
 * one after another get on even when some documents can't.
 */
export async function makePlan(deps: PlanDeps, options: PlanOptions, signal: AbortSignal): Promise<PlanTotals> {
  const totals = { ...noTotals }
  let left = options.limit ?? Infinity
  const classifying = { ...deps, proposals: new MapProposals(deps.uploads), signal }
  for await (const page of deps.documents) {
    for (let at = 0; at < page.length && left > 0; at += lookups) {
      signal.throwIfAborted()
      const classified = await Promise.all(
        page.slice(at, at + lookups).map((row: DocumentRow) => classify(classifying, row)),
      )
      const taken = takeMovable(
        classified.map((items) => withoutCopied(deps, options, withoutTakenKeys(deps.store, items))),
        left,
      )
      left -= taken.movable
      const items = taken.items.flat()
      deps.store.addItems(items)
      deps.progress.planned(addTo(totals, items))
    }
    if (left <= 0) break
  }
  deps.store.sealPlan(totals, deps.estimate(totals))
  return totals
}

/** A document's key holds its id; only images can meet at one key. The first file has it, the same file may share it. */
function withoutTakenKeys(store: PlanDeps['store'], items: PlannedItem[]): PlannedItem[] {
  const sources = new Map<string, string>()
  return items.map((item) => {
    if (item.kind === 'document' || item.verdict !== 'move' || item.key === null || item.source === null) return item
    const other = sources.get(item.key) ?? store.sourceOfKey(item.key)
    if (other === null || other === item.source) {
      sources.set(item.key, item.source)
      return item
    }
    return { ...item, verdict: 'blocked', code: 'KEY_TAKEN', message: `“${other}” goes to “${item.key}” too.` }
  })
}

function withoutCopied(deps: PlanDeps, options: PlanOptions, items: PlannedItem[]): PlannedItem[] {
  if (options.delta !== true) return items
  return items.map((item) =>
    item.verdict === 'move' && deps.awaitsCutover(item)
      ? { ...item, verdict: 'skip', code: 'AWAITS_CUTOVER', message: 'An earlier run has copied it.' }
      : item,
  )
}

const isMoved = (items: PlannedItem[]): boolean => items[0]?.verdict === 'move'

function takeMovable(documents: PlannedItem[][], left: number): { items: PlannedItem[][]; movable: number } {
  let movable = 0
  const items: PlannedItem[][] = []
  for (const document of documents) {
    if (isMoved(document)) {
      if (movable >= left) break
      movable += 1
    }
    items.push(document)
  }
  return { items, movable }
}
