import pLimit from 'p-limit'
import type { RunReport } from '../../../shared/run.ts'
import { MigrateError } from '../errors.ts'
import { countItems } from '../journal/items.ts'
import type { RunStore } from '../journal/runStore.ts'
import { reportOf } from '../journal/summary.ts'
import type { PlannedItem } from '../plan/item.ts'
import { pathOfKey } from '../keys/readurKeys.ts'
import type { Clock, DocumentRow } from '../ports.ts'
import type { Progress } from '../progress.ts'
import type { Site } from '../session.ts'
import { readStateFile } from './readStateFile.ts'
import type { Owner } from '../keys/ownedKeys.ts'
import { isImage } from '../verify/hashRule.ts'
import { placeOf, RecordWriter, withReason, type RecordedItem } from './recordedItem.ts'
import type { StateFileHead } from './stateHead.ts'
import type { MovedDocument, MovedFile } from './stateEntries.ts'

const documentsAtOnce = 200
const lookups = 16

interface ImportDeps {
  site: Pick<Site, 'database' | 'uploads' | 'prefixes'>
  /** New; becomes the record of the migration that the file tells of. */
  store: RunStore
  progress: Progress
  clock: Clock
  signal: AbortSignal
}

/**
 * Turns a state file into a run that can be browsed, checked and rolled back. The file is only believed as far as rows,
 * files and objects bear it out later: what it says of a document is compared with the document's row now, and what
 * cannot be undone is listed with its reason. Nothing else is changed. Throws STATE_FILE_INVALID.
 */
export async function importStateFile(deps: ImportDeps, path: string): Promise<RunReport> {
  const { store, progress, clock, signal } = deps
  const startedAt = clock.now()
  const writer = new RecordWriter(store, progress)
  let head: StateFileHead | null = null
  let isWhole = true
  let waiting: Moved[] = []
  const limit = pLimit(lookups)
  const flush = async (): Promise<void> => {
    const rows = await deps.site.database.documentsById(
      waiting.map(({ documentId }) => documentId),
      signal,
    )
    const byId = new Map(rows.map((row) => [row.id, row]))
    const recorded = await Promise.all(
      waiting.map((moved) => limit(() => recordedOf(deps, head, moved, byId.get(moved.documentId)))),
    )
    writer.write(recorded.flat())
    waiting = []
  }
  for await (const record of readStateFile(path, signal)) {
    switch (record.kind) {
      case 'head':
        head = record.head
        assertSameBucket(head, store)
        break
      case 'moved':
        waiting.push(record.document)
        break
      case 'moved file':
        waiting.push(record.file)
        break
      case 'warning':
        store.append([{ step: 'warning', data: { message: record.message, lost: record.lost } }])
        isWhole &&= !record.lost
        progress.log('warning', record.message)
        break
      case 'not moved':
        // Nothing to undo: a failure has changed nothing.
        break
    }
    if (waiting.length >= documentsAtOnce) await flush()
  }
  await flush()
  return seal(store, writer, clock, startedAt, isWhole)
}

/** Closes a record of something that is over; `isWhole`: all of its source could be read. */
export function seal(
  store: RunStore,
  writer: RecordWriter,
  clock: Clock,
  startedAt: number,
  isWhole = true,
): RunReport {
  store.sealPlan(writer.totals, { seconds: 0, basis: 'assumption' })
  const finishedAt = clock.now()
  const seconds = Math.round((finishedAt - startedAt) / 100) / 10
  const status = isWhole && writer.totals.blocked === 0 ? 'completed' : 'completed with failures'
  store.append([{ step: 'finished', data: { status, ...countItems(store), seconds, finishedAt } }])
  return reportOf(store)
}

/** A document with its images, or an image whose document was not moved. */
type Moved = MovedDocument | (MovedFile & Owner)

/** Objects of another bucket are not ours to touch. Throws STATE_FILE_INVALID. */
function assertSameBucket({ bucket, databaseIdentity }: StateFileHead, { header }: RunStore): void {
  const isSameDatabase = databaseIdentity === null || databaseIdentity === header.databaseIdentity
  if (isSameDatabase && (bucket === null || bucket === header.bucket)) return
  const message = isSameDatabase
    ? `It tells of the bucket “${bucket ?? ''}”; these settings name “${header.bucket}”.`
    : `It tells of a run on another database than “${header.database}”.`
  throw new MigrateError('STATE_FILE_INVALID', { message })
}

async function recordedOf(
  { site }: ImportDeps,
  head: StateFileHead | null,
  moved: Moved,
  row: DocumentRow | undefined,
): Promise<RecordedItem[]> {
  if ('type' in moved) return row ? imagesOf(site, head, [moved], row) : []
  const source = await placeOf(site.uploads, moved.originalPath, site.prefixes)
  const item: PlannedItem = {
    kind: 'document',
    documentId: moved.documentId,
    rowId: moved.documentId,
    userId: moved.userId,
    filename: row?.filename ?? moved.originalPath.split('/').at(-1) ?? moved.originalPath,
    oldPath: moved.originalPath,
    source,
    key: moved.key,
    // Readur turns photographs upright after it has noted their size.
    size: isImage(row?.mimeType ?? null) ? 0 : (row?.fileSize ?? 0),
    mtimeMs: 0,
    mimeType: row?.mimeType ?? null,
    fileHash: row?.fileHash ?? null,
    verdict: 'move',
    code: null,
    message: null,
    followers: (row?.images ?? [])
      .filter(({ originalPath }) => originalPath === pathOfKey(moved.key))
      .map(({ id }) => id),
  }
  if (!row) return [withReason(item, 'skip', 'ROW_VANISHED', 'The row is not there any more.')]
  if (source === null) {
    return [withReason(item, 'blocked', 'PATH_OUTSIDE', `“${moved.originalPath}” is not inside the uploads folder.`)]
  }
  return [{ item, verified: claimOf(moved.sha256, item.size, head) }, ...(await imagesOf(site, head, moved.files, row))]
}

/** Our own exports say what was verified. It is a claim like any other: bytes are compared with it, never replaced by it. */
function claimOf(sha256: string | null, size: number, head: StateFileHead | null): RecordedItem['verified'] {
  const runId = head?.runId ?? null
  if (sha256 === null || runId === null) return null
  return {
    sha256,
    md5: '',
    compositeEtag: null,
    size,
    created: true,
    madeBy: runId,
    evidence: 'claim',
  }
}

/** Processed images whose row was switched with the document; the others have nothing to go back to. */
async function imagesOf(
  { uploads, prefixes }: ImportDeps['site'],
  head: StateFileHead | null,
  files: readonly MovedFile[],
  row: DocumentRow,
): Promise<RecordedItem[]> {
  const recorded: RecordedItem[] = []
  for (const { type, originalPath, key, sha256 } of files) {
    const image = row.images.find((it) => it.processedPath === pathOfKey(key))
    const source = await placeOf(uploads, originalPath, prefixes)
    if (type !== 'processed_image' || !image || source === null) continue
    const item: PlannedItem = {
      kind: 'processed_image',
      documentId: row.id,
      rowId: image.id,
      userId: row.userId,
      filename: originalPath.split('/').at(-1) ?? originalPath,
      oldPath: originalPath,
      source,
      key,
      size: 0,
      mtimeMs: 0,
      mimeType: null,
      fileHash: null,
      verdict: 'move',
      code: null,
      message: null,
      followers: [],
    }
    // The size of an image stands nowhere but in the bucket, so the claim is made without it.
    recorded.push({ item, verified: claimOf(sha256, 0, head) })
  }
  return recorded
}
