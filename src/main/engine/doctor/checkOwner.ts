import { compare } from '../ownership/ownership.ts'
import { readClaim } from '../ownership/claim.ts'
import type { Site } from '../session.ts'
import type { Checkup } from './checkup.ts'
import { note, ok, warning, type CheckResult } from './checkResult.ts'

type OwnerDeps = Pick<Site, 'database' | 'objects'>

/** Whether the bucket belongs to the database: another one may need its objects. */
export async function checkOwner(checkup: Checkup, deps: OwnerDeps): Promise<void> {
  await checkup.run('bucket.owner', (signal) => owner(deps, signal))
}

async function owner({ database, objects }: OwnerDeps, signal: AbortSignal): Promise<CheckResult<null>> {
  const [{ instance, mark, mayMark }, claim] = await Promise.all([database.facts(signal), readClaim(objects, signal)])
  const standing = compare(claim, mark, instance)
  switch (standing.kind) {
    case 'owner':
    case 'unclaimed':
    case 'unproved':
      if (!mayMark) return note(null, 'Can’t be proved: see the privileges of the database account.')
      return ok(null, standing.kind === 'owner' ? 'This database' : 'No one yet; the first run claims it.')
    case 'other': {
      const { bucket } = objects
      return warning(null, 'Another database', {
        evidence: [standing.reason],
        words:
          'For a rehearsal, use another bucket, or only copy. Take the bucket over only if this database replaces the other one for good.',
        offers: [
          {
            id: 'take-bucket-over',
            label: 'Take the bucket over',
            consequence: `The bucket “${bucket}” will belong to this database, ${instance.address}. ${standing.reason} From then on, runs on this database may remove objects from the bucket, and the other database loses every document whose object is removed. Runs on the other one can’t remove objects any more.`,
            action: { kind: 'take bucket over' },
          },
        ],
      })
    }
  }
}
