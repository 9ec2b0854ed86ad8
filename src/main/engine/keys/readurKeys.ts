import { posix } from 'node:path'
import type { DocumentRow } from '../ports.ts'

/** Longest value of `documents.file_path` (varchar(500)). */
export const maxPathLength = 500
/** S3: a key has 1,024 bytes at most. */
const maxKeyBytes = 1024

const scheme = 's3://'

/** The extension as Rust's `Path::extension` sees it: none for `.profile`, `a.` and `name`; case kept. */
export function extensionOf(filename: string): string {
  const name = filename.split('/').filter(Boolean).at(-1) ?? ''
  const dot = name.lastIndexOf('.')
  return dot > 0 && name !== '..' ? name.slice(dot + 1) : ''
}

/** The type of an image that Readur has made: its row records none. */
export const imageType = (path: string): string => (/\.jpe?g$/i.test(path) ? 'image/jpeg' : 'image/png')

/**
 * Readur's key for a document, `documents/{user}/{YYYY}/{MM}/{id}.{ext}`. Readur takes the month of the upload from
 * the clock; we take `created_at` in UTC (1970/01 when null), so that the key is the same on every try.
 */
export function documentKey(row: Pick<DocumentRow, 'id' | 'filename' | 'createdAt'>, userId: string): string {
  const [year = '', month = ''] = new Date(row.createdAt ?? 0).toISOString().split('-')
  const extension = extensionOf(row.filename)
  return `documents/${userId}/${year}/${month}/${row.id}${extension && '.'}${extension}`
}

/** Readur's key for a processed image: its own file name below the user. */
export function processedImageKey(processedPath: string, userId: string): string {
  return `processed_images/${userId}/${posix.basename(processedPath)}`
}

/** What the row holds afterwards. Readur strips `s3://` once and asks its own bucket: no bucket in it. */
export const pathOfKey = (key: string): string => scheme + key

/** The key in a path that is on S3. */
export const keyOf = (path: string): string => path.slice(scheme.length)

export const isOnS3 = (path: string): boolean => path.startsWith(scheme)

/** The key fits both the row's column and S3. */
export const keyFits = (key: string): boolean =>
  pathOfKey(key).length <= maxPathLength && Buffer.byteLength(key) <= maxKeyBytes
