import { z } from 'zod'
import { itemKinds } from '../../../shared/run.ts'
import { isMovable, type Item, type MovableItem } from '../plan/item.ts'
import { inheritedSchema, verifiedSchema, type Inherited, type Verified } from './entries.ts'
import { errorCodeSchema } from './errorCode.ts'
import { madeByOthers } from './madeByOthers.ts'
import type { Damage } from './integrity.ts'
import { fieldOf, type Queries } from './sqliteFile.ts'

/** Rows, and those of them that cannot be believed. */
interface Proven {
  query: Queries
  damage: Damage
}

const itemsPerPage = 500

/** JSON in a column. What is none is an issue of the row, as any other wrong value. */
export const json = <T>(schema: z.ZodType<T>) =>
  z.string().transform((text, context): T => {
    try {
      return schema.parse(JSON.parse(text))
    } catch {
      context.addIssue({ code: 'custom', message: 'not the JSON that belongs there' })
      return z.NEVER
    }
  })

/** A row of the table `item`. */
export const itemRow = z
  .object({
    seq: z.number(),
    kind: z.enum(itemKinds),
    document_id: z.string(),
    row_id: z.string(),
    user_id: z.string().nullable(),
    filename: z.string(),
    old_path: z.string(),
    source: z.string().nullable(),
    key: z.string().nullable(),
    size: z.number(),
    mtime_ms: z.number(),
    mime_type: z.string().nullable(),
    file_hash: z.string().nullable(),
    verdict: z.enum(['move', 'skip', 'blocked']),
    code: errorCodeSchema.nullable(),
    message: z.string().nullable(),
    followers: json(z.array(z.string())),
  })
  .transform((row): Item => ({
    seq: row.seq,
    kind: row.kind,
    documentId: row.document_id,
    rowId: row.row_id,
    userId: row.user_id,
    filename: row.filename,
    oldPath: row.old_path,
    source: row.source,
    key: row.key,
    size: row.size,
    mtimeMs: row.mtime_ms,
    mimeType: row.mime_type,
    fileHash: row.file_hash,
    verdict: row.verdict,
    code: row.code,
    message: row.message,
    followers: row.followers,
  }))

/** All items in the order of the plan, a page at a time. */
export const itemPages = ({ query }: Proven): Generator<Item[]> =>
  query.pages(itemRow, ['seq', 0], `SELECT * FROM item WHERE seq > ? ORDER BY seq LIMIT ${itemsPerPage}`)

const standingRow = z.looseObject({
  seq: z.number(),
  outcome: z.string().nullable(),
  verified: json(verifiedSchema).nullable(),
})

/** A movable item and how far it has got. */
export interface Standing {
  item: MovableItem
  /** The last copy that was verified. */
  verified: Verified | null
  /** The last outcome, null before the first. */
  outcome: string | null
}

const standing = `SELECT i.*, o.step AS outcome, c.data AS verified
  FROM item i LEFT JOIN outcome o ON o.seq = i.seq LEFT JOIN copy c ON c.seq = i.seq`

/** Movable items in the order of the plan, a page at a time. `where` narrows them, by these values. */
export function* standings(
  query: Queries,
  where = 'TRUE',
  values: readonly (string | number)[] = [],
): Generator<Standing[]> {
  const sql = `${standing} WHERE i.seq > ? AND i.verdict = 'move' AND ${where} ORDER BY i.seq LIMIT ${itemsPerPage}`
  for (const rows of query.pages(standingRow, ['seq', 0], sql, ...values)) {
    yield rows.flatMap(({ outcome, verified, ...row }) => {
      const item = itemRow.parse(row)
      return isMovable(item) ? [{ item, outcome, verified }] : []
    })
  }
}

/** An item whose copy, and row if `committed`, can be undone. */
export interface Restorable extends Inherited {
  item: MovableItem
}

// CROSS JOIN: SQLite keeps the order, item first. Left to itself it begins with all lines of a step, again for each page.
const restorableRow = z.looseObject({ seq: z.number(), inherited: json(inheritedSchema) })

function restorableOf({ inherited, ...row }: z.infer<typeof restorableRow>): Restorable[] {
  const item = itemRow.parse(row)
  return isMovable(item) ? [{ item, ...inherited }] : []
}

/** Items that a run undoes, frees or checks, last first, a page at a time; only those not done yet. */
export function* inheritedItems(query: Queries): Generator<Restorable[]> {
  const sql = `SELECT i.*, j.data AS inherited FROM item i CROSS JOIN journal j ON j.seq = i.seq AND j.step = 'inherited'
     LEFT JOIN outcome o ON o.seq = i.seq
     WHERE i.seq < ? AND i.verdict = 'move' AND coalesce(o.step, 'restore-failed') IN ('restore-failed', 'failed')
     ORDER BY i.seq DESC LIMIT ${itemsPerPage}`
  for (const rows of query.pages(restorableRow, ['seq', Number.MAX_SAFE_INTEGER], sql)) yield rows.flatMap(restorableOf)
}

/**
 * What a run has copied or may have, last first, a page at a time: what it can undo by itself, as its journal knows. A
 * session that was killed may have sent what it could not write down.
 */
export function* ownRestorables(store: Proven): Generator<Restorable[]> {
  const sql = `${standing} WHERE i.seq < ? AND i.verdict = 'move' AND (c.seq IS NOT NULL OR o.step = 'failed' OR i.seq <= ?)
     AND coalesce(o.step, '') NOT IN ('restored', 'gone') ORDER BY i.seq DESC LIMIT ${itemsPerPage}`
  for (const rows of store.query.pages(standingRow, ['seq', Number.MAX_SAFE_INTEGER], sql, lastIntended(store))) {
    yield rows.flatMap(({ outcome, verified, ...row }) => {
      const item = itemRow.parse(row)
      const committed = outcome === 'committed' || outcome === 'restore-failed'
      // What failed stays failed: only its object, if it left one, goes.
      const known = outcome === 'failed' ? null : verified
      return isMovable(item) ? [{ item, verified: known, committed, freedTo: null }] : []
    })
  }
}

/** Items that a run goes back over and that have one local file, whatever has become of them. */
export function itemsSharing(query: Queries, source: string): Restorable[] {
  const sql = `SELECT i.*, j.data AS inherited FROM item i CROSS JOIN journal j ON j.seq = i.seq AND j.step = 'inherited'
    WHERE i.source = ? AND i.verdict = 'move' ORDER BY i.seq`
  return query.rows(restorableRow, sql, source).flatMap(restorableOf)
}

const uploadRow = z.object({ id: z.number(), data: json(z.object({ uploadId: z.string() })) })
const partRow = z.object({ data: json(z.object({ number: z.number(), etag: z.string(), md5: z.string() })) })

/** An upload in parts that was begun and neither completed nor given up, as far as the journal knows. */
export interface OpenUpload {
  uploadId: string
  /** Parts that have arrived. `md5` in base64. */
  parts: { number: number; etag: string; md5: string }[]
}

/** The unfinished upload of an item, or null. At most 10,000 parts: S3 takes no more. */
export function openUpload(query: Queries, seq: number): OpenUpload | null {
  const found = query.row(
    uploadRow,
    `SELECT j.id, j.data FROM journal j WHERE j.seq = ? AND j.step = 'multipart-intent' AND NOT EXISTS
       (SELECT 1 FROM journal k WHERE k.seq = j.seq AND k.id > j.id
          AND k.step IN ('multipart-intent', 'multipart-ended', 'verified', 'failed'))`,
    seq,
  )
  if (found === null) return null
  const parts = `SELECT data FROM journal WHERE seq = ? AND id > ? AND step = 'part' ORDER BY id`
  return {
    uploadId: found.data.uploadId,
    parts: query.rows(partRow, parts, seq, found.id).map(({ data }) => data),
  }
}

/** Uploads in parts that a run has begun, ended or not, as the service calls them. */
export const uploadIdsOf = (query: Queries): string[] =>
  query
    .rows(
      z.object({ id: z.string().nullable() }),
      `SELECT ${fieldOf('data', '$.uploadId')} AS id FROM journal WHERE step = 'multipart-intent'`,
    )
    .flatMap(({ id }) => id ?? [])

/**
 * Items with an upload in parts that may be unfinished, be it one that a session began and did not live to write down.
 * Few: only large files, only those that were not verified since.
 */
export const itemsWithOpenUpload = (store: Proven): number[] =>
  store.query.numbers(
    `SELECT i.seq FROM item i WHERE i.verdict = 'move' AND i.seq <= ?
       AND i.size > (SELECT min(json_extract(data, '$.options.multipartThreshold')) FROM journal WHERE step = 'started')
       AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.seq = i.seq AND j.step = 'verified' AND j.id > max(
         coalesce((SELECT max(k.id) FROM journal k WHERE k.seq = i.seq AND k.step = 'multipart-intent'), 0),
         (SELECT max(s.id) FROM journal s WHERE s.step = 'send-intent'
            AND EXISTS (SELECT 1 FROM json_each(s.data, '$.seqs') e WHERE e.value = i.seq))))`,
    lastIntended(store),
  )

/**
 * Items that a commit was intended for and that have no outcome: only their row knows. A batch or two at most; where a
 * line of the journal is damaged, all that were verified.
 */
export function itemsWithOpenCommit({ query, damage }: Proven): number[] {
  const intended =
    damage.lines > 0
      ? 'SELECT seq FROM copy'
      : `SELECT e.value AS seq FROM journal j, json_each(j.data, '$.seqs') e WHERE j.step = 'commit-intent'`
  return query.numbers(
    `SELECT i.seq FROM item i WHERE i.seq IN (${intended})
       AND NOT EXISTS (SELECT 1 FROM outcome o WHERE o.seq = i.seq) ORDER BY 1`,
  )
}

/** The document whose row this run has switched last, and not back since; null where there is none. */
export function lastCommittedDocument({ query }: Proven): MovableItem | null {
  // From the last line back, whatever the indexes offer: there may be a million before it.
  const item = query.row(
    itemRow,
    `SELECT i.* FROM journal j CROSS JOIN item i ON i.seq = j.seq CROSS JOIN outcome o ON o.seq = j.seq
     WHERE +j.step = 'committed' AND i.kind = 'document' AND o.step = 'committed' ORDER BY j.id DESC LIMIT 1`,
  )
  return item !== null && isMovable(item) ? item : null
}

/** An item failed in a session that was to undo the run in that case. */
export const hasFailureToUndo = ({ query }: Proven): boolean =>
  query.has(
    `SELECT 1 FROM journal f WHERE f.step = 'failed'
       AND coalesce(f.code, '') NOT IN (SELECT value FROM json_each(?))
       AND (SELECT json_extract(s.data, '$.options.enableRollback') FROM journal s
            WHERE s.step = 'started' AND s.id < f.id ORDER BY s.id DESC LIMIT 1) = 1 LIMIT 1`,
    JSON.stringify([...madeByOthers, 'RECORD_DAMAGED']),
  )

/**
 * The last item that a send was intended for; nothing of the items after it can be in the bucket. Where a line of the
 * journal is damaged, that may be any.
 */
export function lastIntended({ query, damage }: Proven): number {
  if (damage.lines > 0) return Number.MAX_SAFE_INTEGER
  return query.number(
    `SELECT coalesce(max(e.value), 0) AS seq FROM journal j, json_each(j.data, '$.seqs') e WHERE j.step = 'send-intent'`,
  )
}
