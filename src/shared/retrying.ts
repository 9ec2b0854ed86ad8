import type { ErrorCode } from './errors.ts'

/** Causes that trying again does not cure: something has to change first, which the remedy names. */
const needsChange: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'FILE_MISSING',
  'FILE_RECOVERABLE',
  'FILE_UNREADABLE',
  'FILE_NOT_REGULAR',
  'FILE_EMPTY',
  'FILE_NOT_PLACED',
  'FILE_TAKEN',
  'FILE_UNWRITABLE',
  'PATH_OUTSIDE',
  'PATH_MAPPABLE',
  'PATH_EMPTY',
  'OWNER_MISSING',
  'KEY_TOO_LONG',
  'KEY_TAKEN',
  'KEY_FOREIGN',
  'HASH_MISMATCH',
  'OBJECT_DIFFERS',
  'OBJECT_UNENCRYPTED',
  'OBJECT_MISSING',
  'OBJECT_DAMAGED',
  'ROW_TAKEN',
  'ROW_VANISHED',
  'S3_REJECTED',
  'S3_BODY_LIMIT',
  'DB_REJECTED',
  'RECORD_DAMAGED',
])

/** What a run failed at for this cause can succeed when it is simply tried again. What its plan excluded never can. */
export const canSucceed = (code: ErrorCode): boolean => !needsChange.has(code)

/** Causes of which this is not so, for queries. */
export const causesToFix: readonly ErrorCode[] = [...needsChange]
