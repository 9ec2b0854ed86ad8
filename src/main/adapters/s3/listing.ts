import {
  ListMultipartUploadsCommand,
  type ListObjectsV2CommandOutput,
  type MultipartUpload,
  type S3Client,
} from '@aws-sdk/client-s3'
import { MigrateError } from '../../engine/errors.ts'
import { PageTurner } from '../../engine/listing.ts'

/** Unfinished uploads to keys that begin so, page after page. Throws what the SDK throws, and S3_STRANGE. */
export async function* listUploads(
  client: S3Client,
  bucket: string,
  prefix: string,
  signal: AbortSignal,
): AsyncGenerator<MultipartUpload> {
  const turner = new PageTurner(prefix)
  for (let from: { KeyMarker?: string; UploadIdMarker?: string } | null = {}; from !== null;) {
    const answer: Awaited<ReturnType<typeof ask>> = await ask(
      client,
      { Bucket: bucket, Prefix: prefix, ...from },
      signal,
    )
    const { Uploads = [], IsTruncated, NextKeyMarker, NextUploadIdMarker } = answer
    const marker = IsTruncated === true && NextKeyMarker ? `${NextKeyMarker}\n${NextUploadIdMarker ?? ''}` : null
    const [first] = Uploads
    const isMore = turner.next(marker, first && `${first.Key}\n${first.UploadId}`) !== null
    yield* Uploads
    from =
      isMore && NextKeyMarker !== undefined
        ? { KeyMarker: NextKeyMarker, ...(NextUploadIdMarker && { UploadIdMarker: NextUploadIdMarker }) }
        : null
  }
}

const ask = (
  client: S3Client,
  request: ConstructorParameters<typeof ListMultipartUploadsCommand>[0],
  abortSignal: AbortSignal,
) => client.send(new ListMultipartUploadsCommand(request), { abortSignal })

/** A listing as the SDK hands it on. */
type Listing = Pick<
  ListObjectsV2CommandOutput,
  'Name' | 'KeyCount' | 'IsTruncated' | 'Contents' | 'NextContinuationToken'
>

/** What is no listing at all would pass for one of an empty bucket. Throws S3_NOT_S3. */
export function assertListing({ Name, KeyCount, IsTruncated, Contents }: Listing): void {
  if ([Name, KeyCount, IsTruncated, Contents].some((it) => it !== undefined)) return
  throw new MigrateError('S3_NOT_S3', { message: 'The answer to a listing isn’t a listing.', scope: 'run' })
}

/** Where the next page begins; null after the last. Throws S3_STRANGE where there is one, and no way to it. */
export function nextPage({ IsTruncated, NextContinuationToken }: Listing): string | null {
  if (IsTruncated !== true) return null
  if (NextContinuationToken) return NextContinuationToken
  const message = 'The listing ends in the middle: there is more, and the service does not say how to ask for it.'
  throw new MigrateError('S3_STRANGE', { message, scope: 'run' })
}
