import type { Checkup } from '../checkup.ts'
import type { PendingUpload } from '../ports.ts'
import { note, ok, type CheckResult } from '../checkResult.ts'
import { answerOf } from './answer.ts'
import type { BucketDeps } from '../ports.ts'
import { throwAwayPrefix } from './throwAways.ts'

/** A run that is under way may be at younger ones. */
const staleMs = 24 * 3_600_000
const dayMs = 24 * 3_600_000
const shown = 10

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
/** Readur's own keys, and those of the checks. */
const ownKeys = [
  new RegExp(`^documents/${uuid}/\\d{4}/\\d{2}/${uuid}(\\.[^/]*)?$`),
  new RegExp(`^processed_images/${uuid}/[^/]+$`),
  new RegExp(`^${throwAwayPrefix}${uuid}$`),
]

/** Uploads in parts that nobody has ended: they take space that no listing of objects shows. */
export async function checkOpenUploads(checkup: Checkup, deps: BucketDeps): Promise<void> {
  await checkup.run('bucket.uploads', (signal) => openUploads(deps, signal))
}

async function openUploads({ probe, clock, isOurs }: BucketDeps, signal: AbortSignal): Promise<CheckResult<null>> {
  let all: PendingUpload[]
  try {
    const pages: PendingUpload[][] = []
    for (const prefix of ['documents/', 'processed_images/', throwAwayPrefix]) {
      pages.push(await probe.openUploads(prefix, signal))
    }
    all = pages.flat()
  } catch (error) {
    return note(null, 'The service doesn’t list unfinished uploads.', { evidence: [answerOf(error, signal).message] })
  }
  const stale = all.filter(
    ({ key, startedAt }) => clock.now() - startedAt > staleMs && ownKeys.some((pattern) => pattern.test(key)),
  )
  if (stale.length === 0) return ok(null, all.length === 0 ? 'None.' : 'None older than a day.')
  const ours = stale.filter((it) => it.key.startsWith(throwAwayPrefix) || isOurs(it))
  const line = ({ key, startedAt }: PendingUpload): string =>
    `${key}, begun ${Math.floor((clock.now() - startedAt) / dayMs)} days ago`
  const more = stale.length > shown ? [`… and ${stale.length - shown} more`] : []
  const evidence = [...stale.slice(0, shown).map(line), ...more]
  const finding = `${stale.length} unfinished upload${stale.length === 1 ? '' : 's'}, ${ours.length} of them of this program.`
  const words =
    'Their parts take space that no list of objects shows. Those of others are left alone: a rule of the bucket’s life cycle (AbortIncompleteMultipartUpload) clears them.'
  if (ours.length === 0) return note(null, finding, { evidence, words })
  return note(null, finding, {
    evidence,
    words,
    offers: [
      {
        id: 'abort-uploads',
        label: `Give up ${ours.length} of them`,
        consequence: `${ours.length} unfinished upload${ours.length === 1 ? '' : 's'} that this program has begun more than a day ago in “${probe.bucket}” are given up and their parts deleted. A run that is interrupted sends those files anew when it is resumed.`,
        action: { kind: 'abort uploads', uploads: ours.map(({ key, uploadId }) => ({ key, uploadId })) },
      },
    ],
  })
}
