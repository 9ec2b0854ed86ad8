import { noTotals, type PlanTotals } from '../../../shared/run.ts'
import type { Item } from './item.ts'

/** Adds what was decided on some items; hands back what they come to. */
export function addTo(totals: PlanTotals, items: readonly Pick<Item, 'kind' | 'verdict' | 'size'>[]): PlanTotals {
  const more = { ...noTotals, items: items.length }
  for (const { kind, verdict, size } of items) {
    more[verdict] += 1
    if (kind === 'document') more.documents += 1
    if (verdict === 'move') more.bytes += size
  }
  for (const field of ['documents', 'items', 'move', 'skip', 'blocked', 'bytes'] as const) totals[field] += more[field]
  return more
}
