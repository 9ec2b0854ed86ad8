import type { ListedUpload, ObjectStore } from '../ports.ts'

/** S3 refuses requests of a client whose clock differs from its own by more. */
const mostSkewMs = 15 * 60_000

/** While a run was sending to a key, by its own clock. */
export interface Sending {
  since: number
  until: number
}

/**
 * Gives up uploads in parts whose creation was never answered, so that no journal knows of them: those at exactly this key
 * that were begun while the file was sent there. Others at the key are somebody else's. Nothing of them may be in use.
 */
export async function giveUpStrays(
  objects: Pick<ObjectStore, 'listUploads' | 'abortUpload'>,
  key: string,
  { since, until }: Sending,
  signal: AbortSignal,
): Promise<void> {
  const isOfThen = ({ initiatedAt }: ListedUpload): boolean =>
    initiatedAt === null || (initiatedAt >= since - mostSkewMs && initiatedAt <= until + mostSkewMs)
  for (const upload of await objects.listUploads(key, signal)) {
    if (isOfThen(upload)) await objects.abortUpload(upload, signal)
  }
}
