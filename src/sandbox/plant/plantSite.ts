import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Bucket } from '../bucket.ts'
import { encodePng } from '../documents/png.ts'
import { randomPicture } from '../documents/picture.ts'
import type { Random } from '../documents/random.ts'
import { words } from '../documents/text.ts'
import type { Expectation } from '../expectations.ts'
import { documentKey, extension, processedImageKey } from '../keys.ts'
import type { DocumentRow, ImageRow } from './rows.ts'

/** UPLOAD_PATH of Readur's container: what absolute rows begin with. */
export const uploadPath = '/app/uploads'

/** What planting works on, and what has been planted so far. Rows go to the database at the end. */
export interface PlantSite {
  random: Random
  users: readonly [string, string, string]
  /** The uploads folder on this computer. */
  uploads: string
  /** A folder beside it, with things that a migration must not touch. */
  outside: string
  bucket: Bucket
  documents: DocumentRow[]
  images: ImageRow[]
  expectations: Expectation[]
}

/** How a document is to be planted; everything else is ordinary. */
export interface Seed {
  filename: string
  mimeType: string
  /** Bytes of the stored file; of the upload too unless `uploaded` says otherwise. */
  bytes: Buffer
  uploaded?: Buffer
  userId?: string | null
  /** Null as Readur's older versions left it. */
  sha256?: null
  createdAt?: string | null
  /** Name of the file below documents/. Default: id and extension, as Readur names it. */
  storedAs?: string
  /** How the row spells the path of that file. */
  spelling?: (storedAs: string) => string
  /** False: the file is left to the caller. */
  write?: boolean
  story?: string
  ocrFailed?: boolean
  sourceId?: string
}

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** Writes a file below the uploads folder, with its folders. */
export async function writeUpload(site: PlantSite, path: string, bytes: Buffer): Promise<void> {
  const target = join(site.uploads, path)
  await mkdir(dirname(target), { recursive: true })
  await writeFile(target, bytes, { flag: 'wx' })
}

/** A row and its file below documents/. Nothing is expected of it yet. */
export async function plantFile(site: PlantSite, seed: Seed): Promise<DocumentRow> {
  const { random, users } = site
  const id = random.uuid()
  const end = extension(seed.filename)
  const storedAs = seed.storedAs ?? (end === '' ? id : `${id}.${end}`)
  const uploaded = seed.uploaded ?? seed.bytes
  const row: DocumentRow = {
    id,
    userId: seed.userId === undefined ? random.pick(users) : seed.userId,
    filename: seed.filename,
    path: seed.spelling?.(storedAs) ?? `${uploadPath}/documents/${storedAs}`,
    size: uploaded.length,
    sha256: seed.sha256 === null ? null : sha256(uploaded),
    mimeType: seed.mimeType,
    createdAt: seed.createdAt === undefined ? someDay(random) : seed.createdAt,
    ocrText: words(random, random.integer(40, 400)),
    ocrFailed: seed.ocrFailed,
    sourceId: seed.sourceId,
  }
  if (seed.write !== false) await writeUpload(site, join('documents', storedAs), seed.bytes)
  site.documents.push(row)
  return row
}

/** A document that a migration has to move. */
export async function plantGood(site: PlantSite, seed: Seed): Promise<DocumentRow> {
  const row = await plantFile(site, seed)
  expectMoved(site, row, { sha256: sha256(seed.bytes), size: seed.bytes.length }, seed.story)
  return row
}

/** A document that a migration has to leave alone, for the reason `code`. */
export async function plantBad(site: PlantSite, code: string, seed: Seed): Promise<DocumentRow> {
  const row = await plantFile(site, seed)
  site.expectations.push({ ...itemOf(row), outcome: 'failed', code, ...(seed.story && { story: seed.story }) })
  return row
}

export function expectMoved(
  site: PlantSite,
  row: DocumentRow,
  content: { sha256: string; size: number },
  story?: string,
): void {
  site.expectations.push({
    ...itemOf(row),
    outcome: 'committed',
    key: keyOf(row),
    ...content,
    ...(story && { story }),
  })
}

export const itemOf = (row: DocumentRow) => ({
  documentId: row.id,
  kind: 'document' as const,
  rowId: row.id,
  originalPath: row.path,
})

export function keyOf(row: DocumentRow): string {
  if (row.userId === null) throw new Error('Without an owner there is no key')
  return documentKey({ ...row, userId: row.userId })
}

/** The picture that OCR worked on, recorded for `row`. `missing`: recorded, but its file is gone. */
export async function plantImage(
  site: PlantSite,
  row: DocumentRow,
  options: { originalPath?: string; relative?: boolean; missing?: string } = {},
): Promise<void> {
  const { random, expectations, images } = site
  if (row.userId === null) throw new Error('A processed image has an owner')
  const picture = randomPicture(random, random.integer(80, 240), random.integer(80, 240))
  const bytes = encodePng(picture)
  const at = new Date(row.createdAt ?? someDay(random))
  const name = `${row.id}_processed_${Math.floor(at.getTime() / 1000) + random.integer(5, 90)}.png`
  const image: ImageRow = {
    id: random.uuid(),
    documentId: row.id,
    userId: row.userId,
    originalPath: options.originalPath ?? row.path,
    path: `${options.relative ? './uploads' : uploadPath}/processed_images/${name}`,
    width: picture.width,
    height: picture.height,
    size: bytes.length,
    createdAt: at.toISOString(),
  }
  images.push(image)
  const item = {
    documentId: row.id,
    kind: 'processed_image' as const,
    rowId: image.id,
    originalPath: image.path,
  }
  if (options.missing !== undefined) {
    expectations.push({ ...item, outcome: 'failed', code: 'FILE_MISSING', story: options.missing })
    return
  }
  await writeUpload(site, join('processed_images', name), bytes)
  const key = processedImageKey(row.userId, image.path)
  expectations.push({ ...item, outcome: 'committed', key, sha256: sha256(bytes), size: bytes.length })
}

function someDay(random: Random): string {
  return new Date(
    Date.UTC(2019, random.integer(0, 83), random.integer(1, 28)) + random.integer(0, 86_399_999),
  ).toISOString()
}
