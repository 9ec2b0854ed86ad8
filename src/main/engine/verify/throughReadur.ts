import { createHash } from 'node:crypto'
import { asMigrateError, type MigrateError } from '../errors.ts'
import type { DocumentRow, ReadurServer } from '../ports.ts'
import { checkRecordedHash } from './hashRule.ts'

/** What users get of one document. `reencoded`: an image that Readur has turned upright after hashing it. */
export type DocumentAnswer = { document: DocumentRow } & (
  | { result: 'same' | 'reencoded' | 'unknown hash'; size: number; sha256: string }
  | { result: 'differs'; size: number; sha256: string }
  | { result: 'refused'; error: MigrateError }
)

/**
 * Downloads documents through Readur, the way users do, one after the other, and compares each with the hash that Readur
 * has recorded. Throws what concerns all of them: READUR_TOKEN, READUR_UNREACHABLE, READUR_STRANGE.
 */
export async function* throughReadur(
  readur: Pick<ReadurServer, 'download'>,
  documents: Iterable<DocumentRow> | AsyncIterable<DocumentRow>,
  signal: AbortSignal,
): AsyncGenerator<DocumentAnswer> {
  for await (const document of documents) yield await compared(readur, document, signal)
}

async function compared(
  readur: Pick<ReadurServer, 'download'>,
  document: DocumentRow,
  signal: AbortSignal,
): Promise<DocumentAnswer> {
  const hash = createHash('sha256')
  let size = 0
  try {
    for await (const chunk of readur.download(document.id, signal)) {
      hash.update(chunk)
      size += chunk.byteLength
    }
  } catch (cause) {
    const error = asMigrateError(cause)
    if (error.scope === 'run') throw error
    return { document, result: 'refused', error }
  }
  const sha256 = hash.digest('hex')
  if (document.fileHash === null) return { document, result: 'unknown hash', size, sha256 }
  const verdict = checkRecordedHash(document, sha256)
  if (!verdict.ok) return { document, result: 'differs', size, sha256 }
  return { document, result: verdict.note === null ? 'same' : 'reencoded', size, sha256 }
}
