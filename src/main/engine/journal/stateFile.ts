import { createWriteStream } from 'node:fs'
import { access, mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { errorCodeSchema } from './entries.ts'
import type { RunStore } from './runStore.ts'

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
  at: z.number().nullable(),
})
type Row = z.infer<typeof rowSchema>

const rowsPerPage = 500

/** Rows of the run with their outcome, in the order of the plan: a document, then its images. */
function* rows(store: RunStore): Generator<Row> {
  const page = store.database.prepare(
    `SELECT i.seq, i.kind, i.document_id AS documentId, i.user_id AS userId, i.old_path AS oldPath, i.key, i.verdict,
       i.code AS planCode, i.message AS planMessage, o.step, json_extract(o.data, '$.message') AS message, o.at
     FROM item i LEFT JOIN outcome o ON o.seq = i.seq WHERE i.seq > ? ORDER BY i.seq LIMIT ${rowsPerPage}`,
  )
  for (let after = 0; ;) {
    const found = z.array(rowSchema).parse(page.all(after))
    yield* found
    const last = found.at(-1)
    if (!last) return
    after = last.seq
  }
}

const isCommitted = (row: Row): boolean => row.step === 'committed' || row.step === 'restore-failed'
const rfc3339 = (at: number): string => new Date(at).toISOString()

/** `completed_migrations`: one entry a document, with those of its images that were moved. */
function* completed(store: RunStore): Generator<object> {
  let entry: { associated_files: object[]; [field: string]: unknown } | null = null
  let documentId: string | null = null
  for (const row of rows(store)) {
    if (row.documentId !== documentId) {
      if (entry) yield entry
      entry = null
      documentId = row.documentId
    }
    if (!isCommitted(row)) continue
    if (row.kind === 'document') {
      entry = {
        document_id: row.documentId,
        user_id: row.userId,
        original_path: row.oldPath,
        s3_key: row.key,
        migrated_at: rfc3339(row.at ?? 0),
        associated_files: [],
      }
    } else {
      entry?.associated_files.push({ file_type: 'processed_image', original_path: row.oldPath, s3_key: row.key })
    }
  }
  if (entry) yield entry
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
  const row = store.database
    .prepare(
      `SELECT count(*) AS total,
         count(*) FILTER (WHERE i.verdict = 'blocked' OR o.step IN ('committed', 'restore-failed', 'failed')) AS processed
       FROM item i LEFT JOIN outcome o ON o.seq = i.seq WHERE i.kind = 'document' AND i.verdict <> 'skip'`,
    )
    .get()
  return z.object({ total: z.number(), processed: z.number() }).parse(row)
}

/** The file's text, piece by piece. */
function* text(store: RunStore): Generator<string> {
  const { total, processed } = countDocuments(store)
  yield `{\n  "started_at": ${JSON.stringify(rfc3339(store.header.createdAt))},\n`
  yield* list('completed_migrations', completed(store))
  yield* list('failed_migrations', failed(store))
  yield `  "total_files": ${total},\n`
  yield `  "processed_files": ${processed}\n}\n`
}

/** `migration_state_YYYYMMDD_HHMMSS.json` after the run's start in UTC, with a number if that name is taken. */
async function freeName(folder: string, startedAt: number): Promise<string> {
  const stamp = rfc3339(startedAt).replace(/[-:]/g, '').replace('T', '_').slice(0, 15)
  for (let n = 1; ; n += 1) {
    const path = join(folder, `migration_state_${stamp}${n === 1 ? '' : `_${n}`}.json`)
    const taken = await access(path).then(
      () => true,
      () => false,
    )
    if (!taken) return path
  }
}

/**
 * Writes the run in the shape of the reference tool's `migration_state.json` and returns the path. Streams, so its
 * memory does not grow with the run; appears under its name only when it is complete. Exported again, it replaces
 * its earlier form.
 */
export async function exportStateFile(store: RunStore, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  const path = store.last('exported')?.path ?? (await freeName(folder, store.header.createdAt))
  const partial = `${path}.part`
  try {
    await pipeline(Readable.from(text(store)), createWriteStream(partial, { mode: 0o600, flush: true }))
    await rename(partial, path)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
  store.append([{ step: 'exported', data: { path } }])
  return path
}
