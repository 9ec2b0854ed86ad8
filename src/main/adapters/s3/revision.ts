import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3'

export const unquoted = (etag: string | undefined): string | null => etag?.replace(/^"|"$/g, '') ?? null

/**
 * What every write to a key changes. A strong ETag changes with the bytes (RFC 9110), under KMS too, where it is not
 * their MD5; a weak one need not. The time and the version tell writes apart where all objects have one ETag.
 */
export function revisionOf({
  ETag,
  LastModified,
  VersionId,
}: Pick<HeadObjectCommandOutput, 'ETag' | 'LastModified' | 'VersionId'>): string | null {
  if (!ETag || ETag.startsWith('W/') || !LastModified) return null
  return [unquoted(ETag), LastModified.getTime(), VersionId ?? ''].join(' ')
}
