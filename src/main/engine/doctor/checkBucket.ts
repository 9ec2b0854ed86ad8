import type { ErrorCode } from '../../../shared/errors.ts'
import { MigrateError } from '../errors.ts'
import type { ObjectStore } from '../ports.ts'
import { lateError, type Checkup, type Late } from './checkup.ts'
import { orLater } from './later.ts'
import { ok } from './verdict.ts'

export interface BucketDeps {
  objects: Pick<ObjectStore, 'check' | 'label' | 'bucket'>
}

/** Errors of a storage service that has answered. */
const later = new Set<ErrorCode>([
  'S3_ACCESS_DENIED',
  'S3_BAD_CREDENTIALS',
  'S3_NO_BUCKET',
  'S3_WRONG_REGION',
  'S3_CLOCK_SKEW',
  'S3_THROTTLED',
  'S3_REJECTED',
])

/** Whether the bucket can be worked with. */
export async function checkBucket(checkup: Checkup, { objects }: BucketDeps): Promise<void> {
  const late: Late = (seconds) => lateError('S3_UNREACHABLE', objects.label, seconds)
  const reached = await checkup.run(
    'bucket.access',
    async (signal) => ok(await orLater(objects.check(signal), later), 'It answers.'),
    { late },
  )
  if (!reached) {
    checkup.skip('bucket')
    return
  }
  await checkup.run('bucket.list', () =>
    reached.value instanceof MigrateError
      ? Promise.reject(reached.value)
      : Promise.resolve(ok(null, `“${objects.bucket}” can be listed.`)),
  )
}
