import { noTotals } from '../../../shared/run.ts'
import type { FreeKind } from '../../../shared/runKind.ts'
import type { ErrorCode } from '../../../shared/errors.ts'
import type { Restorable, Standing } from '../journal/itemRows.ts'
import type { RunStore } from '../journal/runStore.ts'
import { estimateRun } from '../../../shared/estimate.ts'
import { pathIn, type Item } from '../plan/item.ts'
import { pathOfKey } from '../keys/readurKeys.ts'
import type { PathPrefix } from '../plan/paths.ts'
import { addTo } from '../plan/totals.ts'
import type { ReadurDatabase, UploadsFolder } from '../ports.ts'
import type { Progress } from '../progress.ts'
import { planDamaged } from '../prepare.ts'
import { needOf } from './needOf.ts'
import { References } from './references.ts'

interface PlanFreeDeps {
  /** The migration whose local files are to go. */
  parent: RunStore
  store: RunStore
  database: Pick<ReadurDatabase, 'documentsById' | 'documents' | 'mentions' | 'awaitingOcr'>
  uploads: Pick<UploadsFolder, 'inspect' | 'list'>
  prefixes: readonly PathPrefix[]
  progress: Progress
  signal: AbortSignal
}

/**
 * Decides for each committed item whether its local file may go: its row points at S3, no other row names the file and no
 * link leads to it, no OCR worker is about to read it. Changes nothing. That the object holds the same bytes is proved as each file goes.
 */
export async function planFree(deps: PlanFreeDeps, kind: FreeKind): Promise<void> {
  const references = await References.read(deps.store, deps, deps.signal)
  try {
    await planItems(deps, kind, references)
  } finally {
    references.close()
  }
}

async function planItems(deps: PlanFreeDeps, kind: FreeKind, references: References): Promise<void> {
  const { parent, store, progress, signal } = deps
  const totals = { ...noTotals }
  for (const page of parent.standings()) {
    const committed = page.filter(({ outcome, verified }) => outcome === 'committed' && verified !== null)
    const ids = [...new Set(committed.map(({ item }) => item.documentId))]
    const rows = new Map((await deps.database.documentsById(ids, signal)).map((row) => [row.id, row]))
    const awaiting = await deps.database.awaitingOcr(ids, signal)
    const planned: { item: Item; inherited: Omit<Restorable, 'item'> }[] = []
    for (const { item, verified } of committed) {
      signal.throwIfAborted()
      const freedTo = parent.last('local-freed', item.seq)?.to ?? null
      const path = pathIn(rows.get(item.documentId), item)
      const refusal = await refusalOf(deps, kind, { item, verified }, { path, freedTo, awaiting, references })
      const decided: Item = refusal ? { ...item, ...refusal } : { ...item, verdict: 'move', code: null, message: null }
      planned.push({ item: decided, inherited: { verified, committed: true, freedTo } })
    }
    const items = planned.map(({ item }) => item)
    store.addItems(items)
    store.append(planned.map(({ item, inherited }) => ({ step: 'inherited' as const, seq: item.seq, data: inherited })))
    progress.planned(addTo(totals, items))
  }
  planDamaged(store, parent, totals)
  store.sealPlan(totals, estimateRun(totals, { parallelUploads: 4 }))
}

interface Known {
  path: string | null
  freedTo: string | null
  awaiting: Set<string>
  references: References
}

interface Refusal {
  verdict: 'skip' | 'blocked'
  code: ErrorCode
  message: string
}

async function refusalOf(
  deps: PlanFreeDeps,
  kind: FreeKind,
  { item, verified }: Pick<Standing, 'item' | 'verified'>,
  { path, freedTo, awaiting, references }: Known,
): Promise<Refusal | null> {
  const blocked = (code: ErrorCode, message: string): Refusal => ({ verdict: 'blocked', code, message })
  const skip = (code: ErrorCode, message: string): Refusal => ({ verdict: 'skip', code, message })
  if (path === null) return blocked('ROW_VANISHED', 'The row is not there any more.')
  if (path !== pathOfKey(item.key)) return blocked('ROW_CHANGED', `The row holds “${path}” now, not the object.`)
  if (awaiting.has(item.documentId)) return blocked('AWAITS_OCR', 'The document stands in the OCR queue.')
  const link = kind === 'quarantine' ? references.linkAt(item.source) : null
  if (link !== null) return skip('FILE_LINKED', `“${item.source}” is a symbolic link to “${link}”.`)
  const place = kind === 'quarantine' ? item.source : freedTo
  const facts = place === null ? null : await deps.uploads.inspect(place)
  const stamp = facts?.kind === 'file' ? facts.stamp : null
  const need = needOf(references, { source: item.source, place: place ?? item.source, stamp, kind }, item, verified)
  if (need) return blocked(need.code, need.message)
  if (place === null || facts === null) return skip('NOT_SET_ASIDE', 'No earlier run has put this file aside.')
  if (facts.kind === 'absent') return skip('ALREADY_FREED', `There is nothing at “${place}”.`)
  return facts.kind === 'file' ? null : blocked('FILE_NOT_REGULAR', `“${place}” isn’t a readable file.`)
}
