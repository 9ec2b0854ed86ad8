import { ListMultipartUploadsCommand, type MultipartUpload, type S3Client } from '@aws-sdk/client-s3'
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
