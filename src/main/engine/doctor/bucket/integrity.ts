import type { Checkup } from '../checkup.ts'
import type { BucketProbe, ChecksumKind } from '../ports.ts'
import { note, ok, warning, type Verdict } from '../verdict.ts'
import { wholeBody } from '../../transfer/wholeBody.ts'
import type { Kept } from './permissions.ts'
import type { ThrowAways } from './throwAways.ts'

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
      words: 'A run looks at each key before it writes there, which is slower and leaves a moment in between.',
    })
  })
  await checkup.run('bucket.integrity', (signal) => integrity(probe, throwAways, signal))
}

async function integrity(probe: BucketProbe, throwAways: ThrowAways, signal: AbortSignal): Promise<Verdict<null>> {
  const send = (kind: ChecksumKind, isRight: boolean) =>
    throwAways.follow(probe.putChecked(throwAways.head().key, { kind, isRight }, signal))
  const refuses = async (kind: 'md5' | 'sha256'): Promise<boolean> =>
    (await send(kind, true)) === 'stored' && (await send(kind, false)) === 'refused'
  const md5 = await refuses('md5')
  const sha256 = await refuses('sha256')
  const crc32 = await send('crc32', true)
  const evidence = [
    `a wrong Content-MD5: ${md5 ? 'refused' : 'not refused'}`,
    `a wrong x-amz-checksum-sha256: ${sha256 ? 'refused' : 'not refused'}`,
    `the SDK’s default checksum (CRC32): ${crc32 === 'stored' ? 'accepted' : 'refused'}; this program does not send it`,
  ]
  if (md5) return ok(null, 'The service refuses bytes that are not those that were sent.', { evidence })
  return warning(null, 'The service does not compare what it gets with Content-MD5.', {
    evidence,
    words:
      'Verify by reading back (--verify readback): then every object is downloaded and compared before its row is switched.',
  })
}
