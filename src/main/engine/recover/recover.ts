import pLimit from 'p-limit'
import { posix } from 'node:path'
import type { RunReport } from '../../../shared/run.ts'
import { isDocumentKey, isProcessedImageKey } from '../keys/ownedKeys.ts'
import { seal } from '../import/importStateFile.ts'
import { placeOf, RecordWriter, withReason, type RecordedItem } from '../import/recordedItem.ts'
import type { RunStore } from '../journal/runStore.ts'
import type { PlannedItem } from '../plan/item.ts'
import { extensionOf, isOnS3 } from '../keys/readurKeys.ts'
import type { Clock, DocumentRow, ObjectFacts } from '../ports.ts'
import type { Progress } from '../progress.ts'
import type { Site } from '../session.ts'
import { isOfDatabase, provenanceOf } from '../transfer/metadata.ts'
import { isImage } from '../verify/hashRule.ts'

const lookups = 16

interface RecoverDeps {
  site: Site
  /** New; becomes the record of whatever brought these documents to S3. */
  store: RunStore
  progress: Progress
  clock: Clock
  signal: AbortSignal
}

/**
 * Rebuilds a run from the rows that point at S3, the metadata of their objects and the uploads folder, so that they can
 * be rolled back without any state file: documents that this program moved, that the reference tool moved, and that were
 * born on S3. Changes nothing. Where the original path is not known, it is the one that Readur itself would have chosen.
 */
export async function recoverRun(deps: RecoverDeps, filter: { userId?: string | undefined }): Promise<RunReport> {
  const { site, store, progress, clock, signal } = deps
  const startedAt = clock.now()
  const writer = new RecordWriter(store, progress)
  const limit = pLimit(lookups)
  for await (const page of site.database.documents(filter, signal)) {
    const recorded = await Promise.all(page.map((row) => limit(() => recordedOf(deps, row))))
    writer.write(recorded.flat())
  }
  return seal(store, writer, clock, startedAt)
}

async function recordedOf(deps: RecoverDeps, row: DocumentRow): Promise<RecordedItem[]> {
  const extension = extensionOf(row.filename)
  const usual = posix.join(storedRoot(deps.site), 'documents', `${row.id}${extension && '.'}${extension}`)
  const recorded: RecordedItem[] = []
  if (isOnS3(row.filePath)) {
    const item = itemOf(row, 'document', row.id, row.filePath)
    const owner = { documentId: row.id, userId: row.userId ?? '' }
    recorded.push(await recover(deps, item, usual, isDocumentKey(item.key ?? '', owner)))
  }
  for (const image of row.images) {
    if (!isOnS3(image.processedPath)) continue
    const item = itemOf(row, 'processed_image', image.id, image.processedPath)
    const name = posix.basename(image.processedPath)
    const path = posix.join(storedRoot(deps.site), 'processed_images', name)
    const owner = { documentId: row.id, userId: row.userId ?? '' }
    recorded.push(await recover(deps, item, path, isProcessedImageKey(item.key ?? '', owner, path)))
  }
  return recorded
}

/** What rows call the uploads folder. */
const storedRoot = ({ prefixes }: Site): string =>
  prefixes.find(({ folder }) => folder === '')?.stored ?? '/app/uploads'

function itemOf(row: DocumentRow, kind: PlannedItem['kind'], rowId: string, path: string): PlannedItem {
  const isDocument = kind === 'document'
  return {
    kind,
    documentId: row.id,
    rowId,
    userId: row.userId,
    filename: isDocument ? row.filename : posix.basename(path),
    oldPath: '',
    source: null,
    key: path.slice('s3://'.length),
    size: isDocument ? (row.fileSize ?? 0) : 0,
    mtimeMs: 0,
    mimeType: isDocument ? row.mimeType : null,
    fileHash: isDocument ? row.fileHash : null,
    verdict: 'move',
    code: null,
    message: null,
    followers: isDocument ? row.images.filter((image) => image.originalPath === path).map((image) => image.id) : [],
  }
}

async function recover(
  { site, store, signal }: RecoverDeps,
  item: PlannedItem,
  usualPath: string,
  isReadurs: boolean,
): Promise<RecordedItem> {
  const key = item.key ?? ''
  const place = (path: string): Promise<string | null> => placeOf(site.uploads, path, site.prefixes)
  const guessed = { ...item, oldPath: usualPath, source: await place(usualPath) }
  if (!isReadurs) return withReason(guessed, 'blocked', 'KEY_FOREIGN', `“${key}” isn’t a key of this document.`)
  const facts = await site.objects.head(key, signal)
  if (facts === null) return withReason(guessed, 'blocked', 'OBJECT_MISSING', `There is no object “${key}”.`)
  const found = provenanceOf(facts)
  const { databaseIdentity } = store.header
  const isOurs =
    found.runId !== null && found.documentId === item.documentId && isOfDatabase(facts, { id: '', databaseIdentity })
  const original = isOurs && found.originalPath !== null ? await place(found.originalPath) : null
  const oldPath = original === null ? usualPath : (found.originalPath ?? usualPath)
  const recovered = { ...guessed, oldPath, source: original ?? guessed.source, size: facts.size }
  return { item: recovered, verified: isOurs ? claimOf(recovered, facts) : null }
}

/** What the object says of itself, where that does not contradict Readur's own record of the upload. */
function claimOf(item: PlannedItem, facts: ObjectFacts): RecordedItem['verified'] {
  const { sha256, runId } = provenanceOf(facts)
  if (sha256 === null || runId === null) return null
  if (item.fileHash !== null && !isImage(item.mimeType) && item.fileHash.toLowerCase() !== sha256) return null
  return {
    sha256,
    md5: '',
    compositeEtag: null,
    size: facts.size,
    created: true,
    madeBy: runId,
    evidence: 'claim',
  }
}
