import { z } from 'zod'
import { errorCodeSchema } from './errorCode.ts'
import type { RunStore } from './runStore.ts'
import { fieldOf } from './sqliteFile.ts'

/** Version of the object `readur_migrate`. */
export const stateFormat = 1

const rowSchema = z.object({
  seq: z.number(),
  kind: z.enum(['document', 'processed_image']),
  documentId: z.string(),
  userId: z.string().nullable(),
  oldPath: z.string(),
  key: z.string().nullable(),
  verdict: z.enum(['move', 'skip', 'blocked']),
  planCode: errorCodeSchema.nullable(),
  planMessage: z.string().nullable(),
  step: z.string().nullable(),
  message: z.string().nullable(),
  sha256: z.string().nullable(),
  at: z.number().nullable(),
})
type Row = z.infer<typeof rowSchema>

const rowsPerPage = 500

/** Rows of Readur's, with their outcome, in the order of the plan: a document, then its images. */
function* rows({ query }: RunStore): Generator<Row> {
  const sql = `SELECT i.seq, i.kind, i.document_id AS documentId, i.user_id AS userId, i.old_path AS oldPath, i.key, i.verdict,
       i.code AS planCode, i.message AS planMessage, o.step, ${fieldOf('o.data', '$.message')} AS message,
       ${fieldOf('c.data', '$.sha256')} AS sha256, o.at
     FROM item i LEFT JOIN outcome o ON o.seq = i.seq LEFT JOIN copy c ON c.seq = i.seq
     WHERE i.seq > ? AND i.kind IN ('document', 'processed_image') ORDER BY i.seq LIMIT ${rowsPerPage}`
  for (const page of query.pages(rowSchema, ['seq', 0], sql)) yield* page
}

/** What belongs to one document, together. */
function* documents(store: RunStore): Generator<Row[]> {
  let group: Row[] = []
  for (const row of rows(store)) {
    if (group.length > 0 && group[0]?.documentId !== row.documentId) {
      yield group
      group = []
    }
    group.push(row)
  }
  if (group.length > 0) yield group
}

const isCommitted = (row: Row): boolean => row.step === 'committed' || row.step === 'restore-failed'
const rfc3339 = (at: number): string => new Date(at).toISOString()

const movedImages = (group: readonly Row[]): Row[] =>
  group.filter((row) => row.kind === 'processed_image' && isCommitted(row))
const movedDocument = (group: readonly Row[]): Row | undefined =>
  group.find((row) => row.kind === 'document' && isCommitted(row))

const fileEntry = ({ kind, oldPath, key, sha256 }: Row): object => ({
  file_type: kind,
  original_path: oldPath,
  s3_key: key,
  sha256: sha256 ?? undefined,
})

/** `completed_migrations`: one entry a document, with those of its images that were moved. */
function* completed(store: RunStore): Generator<object> {
  for (const group of documents(store)) {
    const row = movedDocument(group)
    if (!row) continue
    yield {
      document_id: row.documentId,
      user_id: row.userId,
      original_path: row.oldPath,
      s3_key: row.key,
      migrated_at: rfc3339(row.at ?? 0),
      sha256: row.sha256 ?? undefined,
      associated_files: movedImages(group).map(fileEntry),
    }
  }
}

/** `completed_associated_files`, unknown to the reference tool: images that were moved although their document was not. */
function* completedFiles(store: RunStore): Generator<object> {
  for (const group of documents(store)) {
    if (movedDocument(group)) continue
    for (const row of movedImages(group)) {
      yield { document_id: row.documentId, user_id: row.userId, ...fileEntry(row) }
    }
  }
}

/** `failed_migrations`: documents and images that were not moved, for whatever reason the plan or the run gave. */
function* failed(store: RunStore): Generator<object> {
  for (const row of rows(store)) {
    if (row.step !== 'failed' && row.verdict !== 'blocked') continue
    yield {
      document_id: row.documentId,
      original_path: row.oldPath,
      error: row.message ?? row.planMessage ?? row.planCode,
      failed_at: rfc3339(row.at ?? store.header.createdAt),
    }
  }
}

function* list(name: string, entries: Iterable<object>): Generator<string> {
  yield `  "${name}": [`
  let separator = '\n'
  for (const entry of entries) {
    yield `${separator}    ${JSON.stringify(entry)}`
    separator = ',\n'
  }
  yield separator === '\n' ? '],\n' : '\n  ],\n'
}

/** As the reference tool counts: documents that were not on S3, and those of them that are in one of the lists. */
function countDocuments(store: RunStore): { total: number; processed: number } {
  const row = store.query.row(
    z.object({ total: z.number(), processed: z.number() }),
    `SELECT count(*) AS total,
       count(*) FILTER (WHERE i.verdict = 'blocked' OR o.step IN ('committed', 'restore-failed', 'failed')) AS processed
     FROM item i LEFT JOIN outcome o ON o.seq = i.seq WHERE i.kind = 'document' AND i.verdict <> 'skip'`,
  )
  return row ?? { total: 0, processed: 0 }
}

/** The text of a run's state file, piece by piece: the shape of the reference tool, and what it ignores. */
export function* stateText(store: RunStore): Generator<string> {
  const { total, processed } = countDocuments(store)
  const { id: run_id, databaseIdentity: database_identity, bucket } = store.header
  yield `{\n  "started_at": ${JSON.stringify(rfc3339(store.header.createdAt))},\n`
  yield `  "readur_migrate": ${JSON.stringify({ format: stateFormat, run_id, database_identity, bucket })},\n`
  yield* list('completed_migrations', completed(store))
  yield* list('completed_associated_files', completedFiles(store))
  yield* list('failed_migrations', failed(store))
  yield `  "total_files": ${total},\n`
  yield `  "processed_files": ${processed}\n}\n`
}
