import { z } from 'zod'
import type { Remedy } from '../../../shared/repair.ts'
import { remedySchema } from '../journal/entries.ts'
import { itemRow } from '../journal/itemRows.ts'
import type { RunStore } from '../journal/runStore.ts'
import type { Item } from '../plan/item.ts'

/** An item of a repair with what is to be done about it. */
export interface Repairable {
  item: Item
  remedy: Remedy
}

/** Rows that lose a document go last: until then, what is put right may still show where it is. */
export const actions = [
  'fix-path',
  'move-file',
  'remove-object',
  'remove-row',
] as const satisfies readonly Remedy['action'][]

const itemsPerPage = 200
const row = z.looseObject({
  seq: z.number(),
  remedy: z.string().transform((text) => remedySchema.parse(JSON.parse(text))),
})

/** Items of one action whose last outcome is one of these, a page at a time; null stands for none yet. */
export function* repairables(
  { database }: RunStore,
  action: Remedy['action'],
  outcomes: readonly (string | null)[],
): Generator<Repairable[]> {
  const query = database.prepare(
    `SELECT i.*, j.data AS remedy FROM item i CROSS JOIN journal j ON j.seq = i.seq AND j.step = 'remedy'
     LEFT JOIN outcome o ON o.seq = i.seq
     WHERE i.seq > ? AND i.verdict = 'move' AND json_extract(j.data, '$.action') = ?
       AND coalesce(o.step, '') IN (SELECT value FROM json_each(?)) ORDER BY i.seq LIMIT ${itemsPerPage}`,
  )
  const wanted = JSON.stringify(outcomes.map((outcome) => outcome ?? ''))
  for (let after = 0; ;) {
    const page = z.array(row).parse(query.all(after, action, wanted))
    const last = page.at(-1)
    if (!last) return
    after = last.seq
    yield page.map(({ remedy, ...item }) => ({ item: itemRow.parse(item), remedy }))
  }
}
