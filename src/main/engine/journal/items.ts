import { z } from 'zod'
import type { ErrorCode } from '../../../shared/errors.ts'
import {
  itemKinds,
  itemStates,
  type ItemCounts,
  type ItemPage,
  type ItemQuery,
  type ItemState,
  type ItemView,
  type RunUser,
  type SelectionCount,
  type UndoSelection,
} from '../../../shared/run.ts'
import { runFacts } from '../../../shared/runKind.ts'
import { causesToFix } from '../../../shared/retrying.ts'
import { repairStepSchema } from './entries.ts'
import { errorCodeSchema } from './errorCode.ts'
import { json } from './itemRows.ts'
import { deedOf, stateOf } from './itemState.ts'
import type { RunStore } from './runStore.ts'
import { selected } from './selection.ts'
import { fieldOf } from './sqliteFile.ts'

/** Items by outcome and the bytes of those that reached the goal, counted from plan and journal, which are read whole. */
export function countItems(store: RunStore): { counts: ItemCounts; bytes: number } {
  const untouched = countUntouched(store)
  if (untouched) return { counts: untouched, bytes: 0 }
  const rows = store.query
    .rows(
      z.object({ state: z.enum(itemStates), count: z.number(), bytes: z.number() }),
      `SELECT ${stateOf(store)} AS state, count(*) AS count, sum(i.size) AS bytes
       FROM item i LEFT JOIN outcome o ON o.seq = i.seq GROUP BY 1`,
    )
    .concat(countDamaged(store))
  const of = (state: ItemState): number => rows.reduce((sum, row) => sum + (row.state === state ? row.count : 0), 0)
  return {
    counts: {
      planned: rows.reduce((sum, row) => sum + row.count, 0),
      committed: of('committed'),
      failed: of('failed'),
      skipped: of('skipped'),
      restored: of('restored'),
      freed: of('freed'),
      remaining: of('pending'),
    },
    bytes: rows.find((row) => row.state === runFacts[store.header.kind].goal)?.bytes ?? 0,
  }
}

/** Items that the views hide: nothing is done with them any more, and so they have failed unless they had an outcome before. */
function countDamaged({ query, damage }: RunStore): { state: ItemState; count: number; bytes: number }[] {
  const done = z.object({ step: z.enum(['committed', 'restored', 'freed']) })
  const outcome = query.prepare('SELECT step FROM outcome WHERE seq = ?')
  return damage.items.map((seq) => ({
    state: done.safeParse(outcome.get(seq)).data?.step ?? 'failed',
    count: 1,
    bytes: 0,
  }))
}

/** Finds where the item of a row stands in this run; null where the run has no such item. */
export function stateFinder(store: RunStore): (documentId: string, rowId: string) => ItemState | null {
  const query = store.query.prepare(
    `SELECT ${stateOf(store)} AS state FROM item i LEFT JOIN outcome o ON o.seq = i.seq
     WHERE i.document_id = ? AND i.row_id = ? LIMIT 1`,
  )
  const found = z.object({ state: z.enum(itemStates) }).optional()
  return (documentId, rowId) => found.parse(query.get(documentId, rowId))?.state ?? null
}

/** Finds why a row that holds this path has failed in this run; null where it has not, or the run has no such item. */
export function failureFinder(
  store: RunStore,
): (row: { documentId: string; rowId: string; path: string }) => ErrorCode | null {
  const query = store.query.prepare(
    `SELECT coalesce(o.code, i.code) AS code FROM item i LEFT JOIN outcome o ON o.seq = i.seq
     WHERE i.document_id = ? AND i.row_id = ? AND i.old_path = ? AND ${stateOf(store)} = 'failed' LIMIT 1`,
  )
  const found = z.object({ code: errorCodeSchema.nullable() }).optional()
  return ({ documentId, rowId, path }) => found.parse(query.get(documentId, rowId, path))?.code ?? null
}

/** A plan of which nothing was carried out is what its seal says; null for any other. */
function countUntouched(store: RunStore): ItemCounts | null {
  const totals = store.last('planned')?.totals
  if (!totals || store.query.has('SELECT 1 FROM outcome LIMIT 1')) return null
  const { items, move, skip, blocked } = totals
  return { planned: items, committed: 0, failed: blocked, skipped: skip, restored: 0, freed: 0, remaining: move }
}

/** Items that the run itself failed at, for causes that trying again can cure. */
export const countThatCanSucceed = ({ query }: RunStore): number =>
  query.number(
    `SELECT count(*) AS count FROM outcome o WHERE o.step = 'failed' AND o.code NOT IN (SELECT value FROM json_each(?))`,
    JSON.stringify(causesToFix),
  )

/** Items with a verified copy whose row is not switched yet. */
export const countCopied = ({ query }: RunStore): number =>
  query.number(
    `SELECT count(*) AS count FROM copy c WHERE NOT EXISTS (SELECT 1 FROM outcome o WHERE o.seq = c.seq)
       AND EXISTS (SELECT 1 FROM item i WHERE i.seq = c.seq AND i.verdict = 'move')`,
  )

const itemViewRow = z
  .object({
    seq: z.number(),
    kind: z.enum(itemKinds),
    documentId: z.string(),
    rowId: z.string(),
    filename: z.string(),
    path: z.string(),
    key: z.string().nullable(),
    size: z.number(),
    state: z.enum(itemStates),
    planCode: errorCodeSchema.nullable(),
    planMessage: z.string().nullable(),
    outcomeCode: errorCodeSchema.nullable(),
    outcomeMessage: z.string().nullable(),
    remedy: json(repairStepSchema).nullable(),
  })
  .transform(({ planCode, planMessage, outcomeCode, outcomeMessage, ...row }): ItemView => {
    return { ...row, code: outcomeCode ?? planCode, message: outcomeMessage ?? planMessage }
  })

/** A row of a list; one that is damaged is shown as that, and hides no other. */
const itemViewOf = (row: unknown): ItemView => {
  const read = itemViewRow.safeParse(row)
  if (read.success) return read.data
  const { seq } = z.object({ seq: z.number() }).parse(row)
  const nothing = { documentId: '', rowId: '', filename: '', path: '', key: null, size: 0, remedy: null }
  const message = 'What the run’s record says of this file is damaged.'
  return { seq, kind: 'document', ...nothing, state: 'failed', code: 'RECORD_DAMAGED', message }
}

/** A page of items, filtered, in the order of the plan. */
export function itemPage(store: RunStore, query: ItemQuery): ItemPage {
  const conditions = ['i.seq > ?']
  const values: unknown[] = [query.after]
  if (query.state !== undefined) {
    conditions.push(`${stateOf(store)} = ?`)
    values.push(query.state)
  }
  if (query.code !== undefined) {
    conditions.push('coalesce(o.code, i.code) = ?')
    values.push(query.code)
  }
  if (query.deed !== undefined) {
    conditions.push(`${deedOf('r')} = ?`)
    values.push(query.deed)
  }
  if (query.text !== undefined) {
    const part = `%${query.text.replace(/[\\%_]/g, '\\$&')}%`
    conditions.push(
      `(i.filename LIKE ? ESCAPE '\\' OR i.old_path LIKE ? ESCAPE '\\' OR i.document_id LIKE ? ESCAPE '\\')`,
    )
    values.push(part, part, part.slice(1))
  }
  if (query.documents === true) {
    conditions.push(`i.verdict = 'move' AND NOT EXISTS (SELECT 1 FROM item k
      WHERE k.document_id = i.document_id AND k.verdict = 'move' AND k.seq < i.seq)`)
  }
  const rows = store.query
    .prepare(
      `SELECT i.seq, i.kind, i.document_id AS documentId, i.row_id AS rowId, i.filename, i.old_path AS path, i.key,
           i.size, ${stateOf(store)} AS state, i.code AS planCode, i.message AS planMessage, o.code AS outcomeCode,
           ${fieldOf('o.data', '$.message')} AS outcomeMessage, r.data AS remedy
         FROM item i LEFT JOIN journal r ON r.seq = i.seq AND r.step = 'remedy' LEFT JOIN outcome o ON o.seq = i.seq
         WHERE ${conditions.join(' AND ')} ORDER BY i.seq LIMIT ?`,
    )
    .all(...values, query.limit + 1)
    .map(itemViewOf)
  const items = rows.slice(0, query.limit)
  return { items, next: rows.length > query.limit ? (items.at(-1)?.seq ?? null) : null }
}

const usersListed = 1_000

/** Items that are on S3 by this run, or have a copy there: what a rollback is about. */
const undoable = `FROM item i LEFT JOIN outcome o ON o.seq = i.seq WHERE i.verdict = 'move'
  AND (o.step IN ('committed', 'restore-failed') OR (o.step IS NULL AND i.seq IN (SELECT seq FROM copy)))`

/** Users with documents that can be rolled back, those with most first. */
export function usersOf(store: RunStore): RunUser[] {
  const names = userNames(store)
  return store.query
    .rows(
      z.object({
        userId: z.string(),
        documents: z.number(),
        files: z.number(),
        bytes: z.number(),
        example: z.string(),
      }),
      `SELECT i.user_id AS userId, count(DISTINCT i.document_id) AS documents, count(*) AS files, sum(i.size) AS bytes,
         min(i.filename) AS example
       ${undoable} AND i.user_id IS NOT NULL GROUP BY i.user_id ORDER BY 2 DESC, 1 LIMIT ${usersListed}`,
    )
    .map((user) => ({ ...user, name: names.get(user.userId) ?? null }))
}

/** Names of users by their ids, as they were when the plan was made. */
export const userNames = (store: Pick<RunStore, 'last'>): Map<string, string> =>
  new Map(store.last('users')?.map(({ id, name }) => [id, name]))

/** Users with documents in the plan; no more than are ever listed. */
export const userIdsOf = ({ query }: RunStore): string[] =>
  query
    .rows(
      z.object({ id: z.string() }),
      `SELECT DISTINCT user_id AS id FROM item WHERE user_id IS NOT NULL LIMIT ${usersListed}`,
    )
    .map(({ id }) => id)

/** What these documents come to, of what can be rolled back. */
export function countSelected({ query }: RunStore, selection: UndoSelection): SelectionCount {
  const { sql, values } = selected(selection)
  return z.object({ documents: z.number(), files: z.number(), bytes: z.number() }).parse(
    query
      .prepare(
        `SELECT count(DISTINCT i.document_id) AS documents, count(*) AS files, coalesce(sum(i.size), 0) AS bytes
           ${undoable} AND ${sql}`,
      )
      .get(...values),
  )
}

const itemsPerPage = 500

/** Every item of the run, in the order of the plan; read a page at a time. */
export function* allItems(store: RunStore): Generator<ItemView> {
  for (let after: number | null = 0; after !== null;) {
    const page = itemPage(store, { after, limit: itemsPerPage })
    yield* page.items
    after = page.next
  }
}

/**
 * Documents of which any file stands so, for any cause, for one, or for those that trying again can cure; a page of ids at a time, each once. Those whose rows a
 * rollback was about to move back when it ended count as restored: they may be.
 */
export function* documentIdsOf(
  store: RunStore,
  {
    state,
    code = null,
    canSucceed = false,
  }: { state: 'failed' | 'restored'; code?: ErrorCode | null | undefined; canSucceed?: boolean | undefined },
  selection: UndoSelection = {},
): Generator<string[]> {
  const { sql: meant, values } = selected(selection)
  const sql = `WITH asked AS (SELECT ? AS after, ? AS state, ? AS code, ? AS hopeless)
     SELECT i.seq, i.document_id AS id FROM asked, item i LEFT JOIN outcome o ON o.seq = i.seq
     WHERE i.seq > asked.after AND (asked.code IS NULL OR coalesce(o.code, i.code) = asked.code)
       AND (asked.hopeless IS NULL OR (o.step = 'failed' AND o.code NOT IN (SELECT value FROM json_each(asked.hopeless))))
       AND (${stateOf(store)} = asked.state OR (asked.state = 'restored' AND o.step IS NULL AND i.seq IN
         (SELECT e.value FROM journal j, json_each(j.data, '$.seqs') e WHERE j.step = 'restore-intent')))
       AND ${meant}
     ORDER BY i.seq LIMIT ${itemsPerPage}`
  // The files of a document are neighbours.
  let before = ''
  const row = z.object({ seq: z.number(), id: z.string() })
  const hopeless = canSucceed ? JSON.stringify(causesToFix) : null
  for (const rows of store.query.pages(row, ['seq', 0], sql, state, code, hopeless, ...values)) {
    const ids = rows.map(({ id }) => id).filter((id, at, all) => id !== (at === 0 ? before : all[at - 1]))
    before = rows.at(-1)?.id ?? ''
    if (ids.length > 0) yield ids
  }
}

/** Documents that the run has moved, whatever became of them later: those that its state file has listed. */
export const countMovedDocuments = ({ query }: RunStore): number =>
  query.number(
    `SELECT count(*) AS count FROM item i WHERE i.kind = 'document'
       AND EXISTS (SELECT 1 FROM journal j WHERE j.seq = i.seq AND j.step = 'committed' AND NOT EXISTS
         (SELECT 1 FROM journal k WHERE k.seq = j.seq AND k.id > j.id AND k.step = 'uncommit-intent'))`,
  )
