import { asMigrateError, MigrateError } from '../../errors.ts'
import type { ObjectHead, UploadRef } from '../../ports.ts'
import { md5Of, wholeBody } from '../../transfer/wholeBody.ts'
import type { Checkup } from '../checkup.ts'
import { answerOf } from './answer.ts'
import type { BucketProbe } from '../ports.ts'
import { failed, note, ok, warning, type CheckResult } from '../checkResult.ts'
import { policyToCopy } from './policy.ts'
import { someBytes, type ThrowAways } from './throwAways.ts'

const size = 1_024

/** A throw-away object that is there. */
export interface Kept {
  head: ObjectHead
  bytes: Uint8Array
}

/**
 * Each permission by itself, with an object of our own. Returns it where it could be written; it is removed and written
 * again when deleting is tried. Null: nothing may be written.
 */
export async function checkPermissions(
  checkup: Checkup,
  probe: BucketProbe,
  throwAways: ThrowAways,
): Promise<Kept | null> {
  const kept = { head: throwAways.head(), bytes: someBytes(size) }
  const { key } = kept.head
  if (!checkup.plans('bucket.get')) {
    await checkWithoutTrace(checkup, probe, throwAways, kept)
    return null
  }
  const put = await checkup.run('bucket.put', (signal) =>
    allowed(probe, 's3:PutObject', async () => {
      await throwAways.follow(probe.put(wholeBody(kept.head, kept.bytes), signal))
      return ok(true, 's3:PutObject allowed', { evidence: [`written to “${key}”, and removed again`] })
    }),
  )
  const isThere = put?.value === true
  if (isThere) {
    await checkup.run('bucket.head', (signal) => allowed(probe, 's3:GetObject', () => look(probe, kept, signal)))
    await checkup.run('bucket.get', (signal) => allowed(probe, 's3:GetObject', () => read(probe, kept, signal)))
    await checkup.run('bucket.multipart', (signal) => multipart(probe, throwAways, signal))
  } else {
    checkup.skip('bucket.head', 'bucket.get', 'bucket.multipart')
  }
  await checkup.run('bucket.delete', (signal) => remove(probe, kept, isThere, throwAways, signal))
  return isThere ? kept : null
}

/**
 * What can be seen without an object: a run that is killed at this moment leaves nothing. The permission to write is
 * looked at before the checksum, which is wrong; and what is not there can be deleted by whoever may delete.
 */
async function checkWithoutTrace(
  checkup: Checkup,
  probe: BucketProbe,
  throwAways: ThrowAways,
  kept: Kept,
): Promise<void> {
  const { key } = kept.head
  await checkup.run('bucket.put', (signal) =>
    allowed(probe, 's3:PutObject', async () => {
      const result = await throwAways.follow(probe.putChecked(key, { kind: 'md5', isRight: false }, signal))
      if (result !== 'stored') throwAways.removed(key)
      return ok(true, 's3:PutObject allowed')
    }),
  )
  await checkup.run('bucket.delete', (signal) => remove(probe, kept, false, throwAways, signal))
}

/** Where access is denied, the permission that is missing is named, with a policy that has it. */
async function allowed<T>(
  probe: Pick<BucketProbe, 'bucket' | 'region'>,
  permission: string,
  work: () => Promise<CheckResult<T>>,
): Promise<CheckResult<T | null>> {
  try {
    return await work()
  } catch (error) {
    const known = asMigrateError(error)
    if (known.code !== 'S3_ACCESS_DENIED') throw known
    return { ...failed(null, known, lacking(probe, permission)), finding: `${permission} is missing.` }
  }
}

const lacking = (probe: Pick<BucketProbe, 'bucket' | 'region'>, permission: string) => ({
  words: `The key lacks ${permission} on “${probe.bucket}”. Give its user this policy, and look for a bucket policy that denies it.`,
  commands: [policyToCopy(probe)],
})

async function look(probe: BucketProbe, { head, bytes }: Kept, signal: AbortSignal): Promise<CheckResult<null>> {
  const facts = await probe.head(head.key, signal)
  if (facts && facts.lacks.length > 0) {
    const message = `The service ignores the ${facts.lacks.join(' and the ')} of the connection.`
    throw new MigrateError('S3_OPTION_IGNORED', { message, subject: head.key })
  }
  if (facts?.size === bytes.byteLength) return ok(null, 'Test object found')
  const message = facts
    ? `It shows ${facts.size} bytes of ${bytes.byteLength}.`
    : 'The test object that was just written is missing.'
  throw new MigrateError('S3_REJECTED', { message, subject: head.key, scope: 'run' })
}

async function read(probe: BucketProbe, { head, bytes }: Kept, signal: AbortSignal): Promise<CheckResult<null>> {
  const chunks: Uint8Array[] = []
  for await (const chunk of probe.get(head.key, signal)) chunks.push(chunk)
  if (Buffer.concat(chunks).equals(bytes)) return ok(null, 's3:GetObject allowed')
  throw new MigrateError('S3_INTEGRITY', {
    message: 'The downloaded test object differs from the upload.',
    subject: head.key,
    scope: 'run',
  })
}

/** One upload that is completed, and one that is given up. */
async function multipart(probe: BucketProbe, throwAways: ThrowAways, signal: AbortSignal): Promise<CheckResult<null>> {
  let other: UploadRef
  try {
    const bytes = someBytes(size)
    const upload = await throwAways.follow(probe.createUpload(throwAways.head(), signal))
    throwAways.opened(upload)
    const part = await throwAways.follow(probe.putPart(upload, 1, bytes, md5Of(bytes), signal))
    await throwAways.follow(probe.completeUpload(upload, [part], signal))
    throwAways.ended(upload)
    other = await throwAways.follow(probe.createUpload(throwAways.head(), signal))
    throwAways.opened(other)
  } catch (error) {
    const known = answerOf(error, signal)
    return warning(null, 'Files can’t be uploaded in parts.', {
      evidence: [known.message],
      words:
        'Small files can be moved all the same. Set the size from which files are uploaded in parts above the largest file (at most 5 GB).',
      error: known,
    })
  }
  return giveUp(probe, other, throwAways, signal)
}

async function giveUp(
  probe: BucketProbe,
  upload: UploadRef,
  throwAways: ThrowAways,
  signal: AbortSignal,
): Promise<CheckResult<null>> {
  try {
    await probe.abortUpload(upload, signal)
    throwAways.ended(upload)
    return ok(null, 'Uploading in parts and cancelling work.')
  } catch (error) {
    const known = answerOf(error, signal)
    const evidence = [known.message, `an empty upload was left at “${upload.key}”`]
    if (known.code === 'S3_ACCESS_DENIED') {
      const denied = { evidence, ...lacking(probe, 's3:AbortMultipartUpload'), error: known }
      return warning(null, 's3:AbortMultipartUpload is missing.', denied)
    }
    const words = 'Parts of interrupted uploads stay until the service removes them. Runs still work.'
    return note(null, 'The service can’t cancel multipart uploads.', { evidence, words })
  }
}

async function remove(
  probe: BucketProbe,
  { head, bytes }: Kept,
  isThere: boolean,
  throwAways: ThrowAways,
  signal: AbortSignal,
): Promise<CheckResult<null>> {
  try {
    await throwAways.follow(probe.discard(head.key, signal))
  } catch (error) {
    const known = asMigrateError(error)
    if (known.code !== 'S3_ACCESS_DENIED') throw known
    const { words, commands } = lacking(probe, 's3:DeleteObject')
    return warning(null, 's3:DeleteObject is missing.', {
      evidence: isThere ? [`what was written for this check was left below “${head.key.split('/')[0] ?? ''}/”`] : [],
      words: `${words} Without it documents can be moved, but a bad copy cannot be removed and a run not undone.`,
      commands,
      error: known,
    })
  }
  // Who may not list is not told that it is gone, but denied.
  const facts = isThere ? await probe.head(head.key, signal).catch(() => null) : null
  if (facts !== null) {
    return note(null, 'The test object was deleted but is still listed.', {
      words: 'The service updates its lists with a delay. You don’t need to do anything.',
    })
  }
  // The checks after this one go on with it.
  if (isThere) await throwAways.follow(probe.put(wholeBody(head, bytes), signal))
  return ok(null, 's3:DeleteObject allowed')
}
