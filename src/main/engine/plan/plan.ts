import { noTotals, type Estimate, type PlanOptions, type PlanTotals } from '../../../shared/run.ts'
import type { RunStore } from '../journal/runStore.ts'
import type { DocumentRow, UploadsFolder } from '../ports.ts'
import type { Progress } from '../progress.ts'
import { isOnS3 } from '../keys/readurKeys.ts'
import { classify } from './classify.ts'
import type { PlannedItem } from './item.ts'
import { candidatesFor, type PathPrefix } from './paths.ts'
import { MapProposals } from './proposals.ts'
import { TakenKeys } from './takenKeys.ts'
import { addTo } from './totals.ts'

/** Documents whose files are looked at in one go, and told as planned; each of their folders may be open meanwhile. */
const atOnce = 250

interface PlanDeps {
  /** What to plan, a page at a time, in the order of the later commits. */
  documents: AsyncIterable<DocumentRow[]>
  uploads: Pick<UploadsFolder, 'inspect' | 'inspectAll' | 'open' | 'namedRoot'>
  prefixes: readonly PathPrefix[]
  store: Pick<RunStore, 'addItems' | 'indexPlan' | 'sealPlan'>
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
  const keys = new TakenKeys()
  try {
    let left = options.limit ?? Infinity
    const proposals = new MapProposals(deps.uploads)
    for await (const page of deps.documents) {
      const planned: PlannedItem[] = []
      for (let at = 0; at < page.length && left > 0; at += atOnce) {
        signal.throwIfAborted()
        const rows = page.slice(at, at + atOnce)
        const uploads = await lookedAt(deps, rows)
        const classified = await Promise.all(rows.map((row) => classify({ ...deps, uploads, proposals, signal }, row)))
        const taken = takeMovable(
          classified.map((items) => withoutCopied(deps, options, withoutTakenKeys(keys, items))),
          left,
        )
        left -= taken.movable
        const items = taken.items.flat()
        planned.push(...items)
        deps.progress.planned(addTo(totals, items))
      }
      deps.store.addItems(planned)
      if (left <= 0) break
    }
  } finally {
    keys.close()
  }
  await deps.store.indexPlan()
  deps.store.sealPlan(totals, deps.estimate(totals))
  return totals
}

/** The uploads folder, where the files of these rows were looked at together. */
async function lookedAt(
  { uploads, prefixes }: PlanDeps,
  rows: readonly DocumentRow[],
): Promise<Pick<UploadsFolder, 'inspect' | 'namedRoot'>> {
  const stored = rows.flatMap((row) => [row.filePath, ...row.images.map(({ processedPath }) => processedPath)])
  const paths = [...new Set(stored.flatMap((path) => firstPlace(path, prefixes) ?? []))]
  const facts = await uploads.inspectAll(paths)
  const known = new Map(paths.map((path, at) => [path, facts[at]]))
  return { namedRoot: uploads.namedRoot, inspect: async (path) => known.get(path) ?? (await uploads.inspect(path)) }
}

function firstPlace(stored: string, prefixes: readonly PathPrefix[]): string | null {
  const candidates = isOnS3(stored) ? null : candidatesFor(stored, prefixes)
  return candidates?.kind === 'inside' ? (candidates.exact[0] ?? null) : null
}

/** A document's key holds its id; only images can meet at one key. The first file has it, the same file may share it. */
function withoutTakenKeys(keys: TakenKeys, items: PlannedItem[]): PlannedItem[] {
  return items.map((item) => {
    if (item.kind === 'document' || item.verdict !== 'move' || item.key === null || item.source === null) return item
    const holder = keys.holderOf(item.key, item.source)
    if (holder === item.source) return item
    return { ...item, verdict: 'blocked', code: 'KEY_TAKEN', message: `“${holder}” goes to “${item.key}” too.` }
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
