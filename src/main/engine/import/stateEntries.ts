import { z } from 'zod'
import { maxPathLength } from '../keys/readurKeys.ts'
import { isDocumentKey, isProcessedImageKey, isThumbnailKey, type Owner } from '../keys/ownedKeys.ts'

/** An image that was moved. */
export interface MovedFile {
  type: 'thumbnail' | 'processed_image'
  originalPath: string
  key: string
  sha256: string | null
}

export interface MovedDocument extends Owner {
  originalPath: string
  key: string
  migratedAt: number | null
  /** Of the bytes that were verified in the bucket; known from files that this program wrote. */
  sha256: string | null
  files: MovedFile[]
}

/** A document, or with its path an image of it, that was not moved. */
interface NotMovedDocument {
  documentId: string
  originalPath: string
  error: string
  failedAt: number | null
}

/** What an entry of a state file's lists can say. */
export type EntryRecord =
  | { kind: 'moved'; document: MovedDocument }
  /** An image whose document was not moved in that run. */
  | { kind: 'moved file'; file: MovedFile & Owner }
  | { kind: 'not moved'; document: NotMovedDocument }

interface LeftOut {
  record: null
  documentId: string | null
  reason: string
}

/** What one entry says, or why it is left out. `notes`: parts of it that are left out. */
export type Entry = { record: EntryRecord; notes: string[] } | LeftOut

/** Of a text that tells people what went wrong. */
export const maxErrorLength = 2_000

/** Text of a file for people to read: on one line, without what a terminal would obey, and not endless. */
export function plainText(text: string, maxLength = 200): string {
  const plain = text.replace(/\s+/gu, ' ').replace(/[\p{Cc}\p{Surrogate}]/gu, '�')
  return plain.length > maxLength ? `${plain.slice(0, maxLength)}…` : plain
}

const uuid = (name: string) => z.guid(`its ${name} isn’t a UUID`).toLowerCase()

/** Data, never followed: where the path leads is for others to judge. Counted as PostgreSQL counts. */
const path = z
  .string('it has no original_path')
  .min(1, 'its original_path is empty')
  .refine(
    (text) => Array.from(text).length <= maxPathLength,
    `its original_path is longer than ${maxPathLength} characters`,
  )
  .refine((text) => !/\p{Surrogate}/u.test(text) && !text.includes('\0'), 'its original_path holds what no path can')

/** With `s3://` as rows have it, or without as the reference tool writes it. */
const key = z.string('it has no s3_key').transform((text) => text.replace(/^s3:\/\//, ''))

const sha256 = z
  .string('its sha256 isn’t text')
  .regex(/^[0-9a-f]{64}$/i, 'its sha256 isn’t a SHA-256')
  .toLowerCase()
  .nullish()
  .transform((hash) => hash ?? null)

/** Only told to people, so a time that cannot be read does no harm. */
const time = (name: string) =>
  z
    .string(`its ${name} isn’t text`)
    .nullish()
    .transform((text) => timeOf(text))

export function timeOf(text: unknown): number | null {
  const known = z.iso.datetime({ offset: true }).safeParse(text)
  const at = known.success ? Date.parse(known.data) : NaN
  return Number.isNaN(at) ? null : at
}

const notAnObject = 'it isn’t an object'
const identified = z.object({ document_id: uuid('document_id') })

const movedSchema = z.object(
  {
    document_id: uuid('document_id'),
    user_id: uuid('user_id'),
    original_path: path,
    s3_key: key,
    migrated_at: time('migrated_at'),
    sha256,
    associated_files: z.array(z.unknown(), 'its associated_files isn’t a list').default([]),
  },
  notAnObject,
)

const fileSchema = z.object(
  {
    file_type: z.enum(['thumbnail', 'processed_image'], 'its file_type is not known'),
    original_path: path,
    s3_key: key,
    sha256,
  },
  notAnObject,
)

const strayFileSchema = fileSchema.extend({ document_id: uuid('document_id'), user_id: uuid('user_id') })

const notMovedSchema = z.object(
  {
    document_id: uuid('document_id'),
    original_path: path,
    error: z.string('its error isn’t text').default('No reason is given.'),
    failed_at: time('failed_at'),
  },
  notAnObject,
)

/** The document is named where that much can be read. */
export function leftOut(raw: unknown, reason: string): LeftOut {
  return { record: null, documentId: identified.safeParse(raw).data?.document_id ?? null, reason }
}

const firstReason = (error: z.ZodError): string => error.issues[0]?.message ?? 'it cannot be read'
const foreignKey = (key: string): string => `its key “${plainText(key)}” is not one that Readur would give it`

function fileOf(raw: z.infer<typeof fileSchema>, owner: Owner): { file: MovedFile } | { reason: string } {
  const { file_type: type, original_path: originalPath, s3_key: key, sha256 } = raw
  const isOurs = type === 'thumbnail' ? isThumbnailKey(key, owner) : isProcessedImageKey(key, owner, originalPath)
  return isOurs ? { file: { type, originalPath, key, sha256 } } : { reason: foreignKey(key) }
}

/** Its document counts even when one of its images cannot. */
function movedDocument(raw: unknown): Entry {
  const entry = movedSchema.safeParse(raw)
  if (!entry.success) return leftOut(raw, firstReason(entry.error))
  const owner = { documentId: entry.data.document_id, userId: entry.data.user_id }
  const { s3_key: key, original_path: originalPath, migrated_at: migratedAt, sha256 } = entry.data
  if (!isDocumentKey(key, owner)) return leftOut(raw, foreignKey(key))

  const notes: string[] = []
  const files: MovedFile[] = []
  for (const [at, rawFile] of entry.data.associated_files.entries()) {
    const parsed = fileSchema.safeParse(rawFile)
    const found = parsed.success ? fileOf(parsed.data, owner) : { reason: firstReason(parsed.error) }
    if ('file' in found) files.push(found.file)
    else notes.push(`file ${at + 1} was left out: ${found.reason}`)
  }
  return { record: { kind: 'moved', document: { ...owner, originalPath, key, migratedAt, sha256, files } }, notes }
}

function movedFile(raw: unknown): Entry {
  const entry = strayFileSchema.safeParse(raw)
  if (!entry.success) return leftOut(raw, firstReason(entry.error))
  const owner = { documentId: entry.data.document_id, userId: entry.data.user_id }
  const found = fileOf(entry.data, owner)
  if ('reason' in found) return leftOut(raw, found.reason)
  return { record: { kind: 'moved file', file: { ...owner, ...found.file } }, notes: [] }
}

function notMovedDocument(raw: unknown): Entry {
  const entry = notMovedSchema.safeParse(raw)
  if (!entry.success) return leftOut(raw, firstReason(entry.error))
  const { document_id: documentId, original_path: originalPath, failed_at: failedAt } = entry.data
  const document = { documentId, originalPath, error: plainText(entry.data.error, maxErrorLength), failedAt }
  return { record: { kind: 'not moved', document }, notes: [] }
}

/** The lists of a state file, and what an entry of each says. `completed_associated_files` is our own. */
export const entryReaders = new Map<string, (raw: unknown) => Entry>([
  ['completed_migrations', movedDocument],
  ['completed_associated_files', movedFile],
  ['failed_migrations', notMovedDocument],
])
