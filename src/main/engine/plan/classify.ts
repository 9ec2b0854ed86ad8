import type { ErrorCode } from '../../../shared/errors.ts'
import type { DocumentRow, UploadsFolder } from '../ports.ts'
import { copyable } from '../../../shared/shellWord.ts'
import { isImage } from '../verify/hashRule.ts'
import type { PlannedItem } from './item.ts'
import { documentKey, imageType, isOnS3, keyFits, processedImageKey } from '../keys/readurKeys.ts'
import { locate } from './locate.ts'
import type { PathPrefix } from './paths.ts'
import { mapText, type MapProposals } from './proposals.ts'

interface ClassifyDeps {
  uploads: Pick<UploadsFolder, 'inspect' | 'namedRoot'>
  prefixes: readonly PathPrefix[]
  proposals: Pick<MapProposals, 'propose'>
  signal: AbortSignal
}

/** The items of one document: the document itself first, then its processed images. */
export async function classify(deps: ClassifyDeps, row: DocumentRow): Promise<PlannedItem[]> {
  const document = await decide(deps, {
    kind: 'document',
    documentId: row.id,
    rowId: row.id,
    userId: row.userId,
    filename: row.filename,
    oldPath: row.filePath,
    key: row.userId === null ? null : documentKey(row, row.userId),
    mimeType: row.mimeType,
    fileHash: row.fileHash,
    followers: row.images.filter((image) => image.originalPath === row.filePath).map((image) => image.id),
    recordedSize: row.fileSize,
  })
  const images = row.images.map((image) =>
    decide(deps, {
      kind: 'processed_image',
      documentId: row.id,
      rowId: image.id,
      userId: row.userId,
      filename: image.processedPath.split('/').at(-1) ?? image.processedPath,
      oldPath: image.processedPath,
      key: row.userId === null ? null : processedImageKey(image.processedPath, row.userId),
      mimeType: imageType(image.processedPath),
      fileHash: null,
      followers: [],
      recordedSize: null,
    }),
  )
  return [document, ...(await Promise.all(images))]
}

type Candidate = Omit<PlannedItem, 'source' | 'size' | 'mtimeMs' | 'verdict' | 'code' | 'message'> & {
  recordedSize: number | null
}

async function decide(deps: ClassifyDeps, { recordedSize, ...candidate }: Candidate): Promise<PlannedItem> {
  const item: PlannedItem = {
    ...candidate,
    source: null,
    size: 0,
    mtimeMs: 0,
    verdict: 'blocked',
    code: null,
    message: null,
  }
  const blocked = (code: ErrorCode, message: string): PlannedItem => ({ ...item, code, message })

  if (isOnS3(candidate.oldPath)) {
    const size = recordedSize ?? 0
    return { ...item, size, verdict: 'skip', code: 'ALREADY_ON_S3', message: 'The row points at S3 already.' }
  }
  const location = await locate(deps.uploads, candidate.oldPath, deps.prefixes)
  item.source = location.source
  if (!location.found) {
    const isElsewhere = location.code === 'PATH_OUTSIDE' && location.source === null
    const row = { filePath: candidate.oldPath, fileHash: candidate.fileHash, fileSize: recordedSize }
    const proposal = isElsewhere ? await deps.proposals.propose(row, deps.signal) : null
    if (proposal === null) return blocked(location.code, location.message)
    const map = mapText(proposal.prefix, deps.uploads.namedRoot)
    return blocked('PATH_MAPPABLE', `The file is at “${proposal.source}”. Accept the map ${copyable(map)}`)
  }

  const { size, mtimeMs } = location.stamp
  Object.assign(item, { size, mtimeMs })
  if (candidate.key === null) return blocked('OWNER_MISSING', 'The row has no user_id, so Readur has no key for it.')
  if (!keyFits(candidate.key)) return blocked('KEY_TOO_LONG', `The key would be “${candidate.key}”.`)
  if (size === 0 && recordedSize !== 0) {
    return blocked('FILE_EMPTY', `The file has 0 bytes; the row says ${recordedSize ?? 'nothing about its size'}.`)
  }
  if (recordedSize !== null && recordedSize !== size && !isImage(candidate.mimeType)) {
    return blocked('HASH_MISMATCH', `The file has ${size} bytes; ${recordedSize} were uploaded.`)
  }
  return { ...item, verdict: 'move' }
}
