import type { Checkup } from '../checkup.ts'
import type { BucketDeps } from '../ports.ts'
import { checkIntegrity, checkReadurUploads } from './integrity.ts'
import { checkBodies } from './bodies.ts'
import { checkKeeping } from './keeping.ts'
import { checkPermissions } from './permissions.ts'
import { reachBucket } from './reach.ts'
import { measureSpeed } from './speed.ts'
import { ThrowAways } from './throwAways.ts'
import { checkOpenUploads } from './openUploads.ts'

/** Whether the bucket can be worked with, how well, and what lies about in it. Leaves nothing behind that it may remove. */
export async function checkBucket(checkup: Checkup, deps: BucketDeps): Promise<void> {
  const { probe } = deps
  if (!(await reachBucket(checkup, probe))) {
    checkup.skip('bucket')
    return
  }
  await checkBodies(checkup, probe, deps.multipartThreshold)
  await checkKeeping(checkup, probe)
  const throwAways = new ThrowAways(probe)
  try {
    const kept = await checkPermissions(checkup, probe, throwAways)
    if (kept === null) {
      checkup.skip('bucket.readurUploads', 'bucket.integrity', 'bucket.overwrite', 'bucket.speed')
    } else {
      await checkReadurUploads(checkup, probe, throwAways)
      await checkIntegrity(checkup, probe, throwAways, kept)
    }
    await checkOpenUploads(checkup, deps)
    if (kept !== null) await measureSpeed(checkup, probe, throwAways, kept)
  } finally {
    await throwAways.clear()
  }
}
