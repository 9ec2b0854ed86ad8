import type { Checkup } from '../checkup.ts'
import type { BucketProbe, ChecksumKind } from '../ports.ts'
import { note, ok, warning, type CheckResult } from '../checkResult.ts'
import { wholeBody } from '../../transfer/wholeBody.ts'
import type { Kept } from './permissions.ts'
import type { ThrowAways } from './throwAways.ts'

/**
 * Whether the service takes what Readur sends: a CRC32 with every upload, which it cannot be told to leave out. This
 * program sends none, so a migration would work and Readur’s own uploads would not.
 */
export async function checkReadurUploads(checkup: Checkup, probe: BucketProbe, throwAways: ThrowAways): Promise<void> {
  await checkup.run('bucket.readurUploads', async (signal) => {
    const { key } = throwAways.head()
    const answer = await throwAways.follow(probe.putChecked(key, { kind: 'crc32', isRight: true }, signal))
    const evidence = [`a small object with a CRC32 checksum was sent to “${key}”: ${answer}`]
    if (answer === 'stored') return ok(null, 'CRC32 checksums, which Readur sends, are accepted.', { evidence })
    return warning(null, 'The service rejects CRC32 checksums, which Readur sends with every upload.', {
      evidence,
      words:
        'Moving documents works, but with Readur on this bucket its own uploads will fail. Update the service or choose another one before you switch Readur.',
    })
  })
}

/** What keeps a copy from being damaged on the way, or another object from being overwritten. */
export async function checkIntegrity(
  checkup: Checkup,
  probe: BucketProbe,
  throwAways: ThrowAways,
  kept: Kept,
): Promise<void> {
  await checkup.run('bucket.overwrite', async (signal) => {
    const { head, bytes } = kept
    const again = await throwAways.follow(probe.put(wholeBody(head, bytes), signal))
    if (again === 'exists') return ok(null, 'The service refuses to overwrite.')
    return note(null, 'The service overwrites.', {
      words: 'A run checks each key before writing to it. This is slower and leaves a short gap.',
    })
  })
  await checkup.run('bucket.integrity', (signal) => integrity(probe, throwAways, signal))
}

async function integrity(probe: BucketProbe, throwAways: ThrowAways, signal: AbortSignal): Promise<CheckResult<null>> {
  const send = (kind: ChecksumKind, isRight: boolean) =>
    throwAways.follow(probe.putChecked(throwAways.head().key, { kind, isRight }, signal))
  const refuses = async (kind: 'md5' | 'sha256'): Promise<boolean> =>
    (await send(kind, true)) === 'stored' && (await send(kind, false)) === 'refused'
  const md5 = await refuses('md5')
  const sha256 = await refuses('sha256')
  const evidence = [
    `a wrong Content-MD5: ${md5 ? 'refused' : 'not refused'}`,
    `a wrong x-amz-checksum-sha256: ${sha256 ? 'refused' : 'not refused'}`,
  ]
  if (md5) return ok(null, 'The service rejects damaged uploads.', { evidence })
  return warning(null, 'The service doesn’t check uploads against Content-MD5.', {
    evidence,
    words: 'Verify by reading back: then every object is downloaded and compared before its document is switched.',
  })
}
