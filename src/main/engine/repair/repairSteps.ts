import { z } from 'zod'
import type { RepairStep } from '../../../shared/auditRepair.ts'
import { repairStepSchema } from '../journal/entries.ts'
import { itemRow } from '../journal/itemRows.ts'
import { madeByOthers } from '../journal/madeByOthers.ts'
import type { RunStore } from '../journal/runStore.ts'
import type { Item } from '../plan/item.ts'

/** An item of a repair with what is to be done about it. */
export interface Repairable {
  item: Item
  step: RepairStep
}

/** Rows that lose a document go last: until then, what is put right may still show where it is. */
export const actions = [
  'fix-path',
  'move-file',
  'remove-object',
  'remove-row',
] as const satisfies readonly RepairStep['action'][]

const itemsPerPage = 200
const row = z.looseObject({
  seq: z.number(),
  remedy: z.string().transform((text) => repairStepSchema.parse(JSON.parse(text))),
})

/** What was not tried yet, in SQL. */
const untried = 'o.step IS NULL'

/**
 * What was done, in SQL; and what was begun and may have been done: the session did not live to say so, or an answer was
 * lost and the next try failed. What a failure says that others have done was not done by the repair.
 */
const perhapsDone = `(o.step IN ('committed', 'restore-failed')
  OR ((o.step IS NULL OR (o.step = 'failed' AND coalesce(o.code, '') NOT IN (SELECT value FROM json_each('${JSON.stringify([...madeByOthers])}'))))
    AND (EXISTS (SELECT 1 FROM journal b
           WHERE b.seq = i.seq AND b.step IN ('set-aside-intent', 'object-saved', 'row-saved'))
      OR i.seq IN (SELECT e.value FROM journal c, json_each(c.data, '$.seqs') e WHERE c.step = 'commit-intent'))))`

/** Items of one action that are still to be tried, a page at a time. */
export const untriedOf = (store: RunStore, action: RepairStep['action']): Generator<Repairable[]> =>
  pagesOf(store, action, untried)

/** Items of one action that an undo has to look at, a page at a time. */
export const perhapsDoneOf = (store: RunStore, action: RepairStep['action']): Generator<Repairable[]> =>
  pagesOf(store, action, perhapsDone)

/** The repair has said that the item was done. */
export const isKnownDone = ({ query }: RunStore, seq: number): boolean =>
  query.has(`SELECT 1 FROM outcome WHERE seq = ? AND step IN ('committed', 'restore-failed')`, seq)

function* pagesOf({ query }: RunStore, action: RepairStep['action'], which: string): Generator<Repairable[]> {
  const sql = `SELECT i.*, j.data AS remedy FROM item i CROSS JOIN journal j ON j.seq = i.seq AND j.step = 'remedy'
    LEFT JOIN outcome o ON o.seq = i.seq
    WHERE i.seq > ? AND i.verdict = 'move' AND json_extract(j.data, '$.action') = ?
      AND ${which} ORDER BY i.seq LIMIT ${itemsPerPage}`
  for (const page of query.pages(row, ['seq', 0], sql, action)) {
    yield page.map(({ remedy, ...item }) => ({ item: itemRow.parse(item), step: remedy }))
  }
}
