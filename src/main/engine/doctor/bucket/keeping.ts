import { MigrateError } from '../../errors.ts'
import type { Checkup } from '../checkup.ts'
import type { BucketProbe, KeepingRule } from '../ports.ts'
import { failed, note, ok, warning, type CheckResult } from '../checkResult.ts'

/** Readur's documents and what belongs to them; our own claim of the bucket. */
const ourFolders = ['documents/', 'processed_images/', 'readur-migrate/owner/']
/** Below them come the ids of users, or numbers. */
const belowFolder = /^[0-9a-f-]{0,36}$|^[0-9a-f-]{36}\//

/** From these, an object has to be fetched for hours before it can be read. */
const archives = ['GLACIER', 'DEEP_ARCHIVE']

/** Versions, locks and lifecycle rules: what the bucket does with objects by itself. */
export async function checkKeeping(checkup: Checkup, probe: BucketProbe): Promise<void> {
  await checkup.run('bucket.keeping', async (signal) => verdictOn(await probe.keeping(signal), probe.bucket))
}

function verdictOn(
  { versions, lock, rules }: Awaited<ReturnType<BucketProbe['keeping']>>,
  bucket: string,
): CheckResult<null> {
  const ours = (rules ?? []).filter(concernsUs)
  const deleting = ours.filter(({ deletes }) => deletes !== null)
  const [first] = deleting
  if (first) {
    const message = `The lifecycle rule “${first.name}” of the bucket “${bucket}” deletes documents ${first.deletes}.`
    const error = new MigrateError('S3_LIFECYCLE', { message, subject: bucket })
    return { ...failed(null, error, { evidence: deleting.map(line) }), finding: message }
  }
  const archiving = ours.filter(({ movesTo }) => movesTo.some((it) => archives.includes(it)))
  if (archiving.length > 0) {
    return warning(null, 'A lifecycle rule moves documents into an archive.', {
      evidence: archiving.map(line),
      words: 'Readur can’t open documents in an archive. Exclude documents/ and processed_images/ from the rule.',
    })
  }
  const moving = ours.filter(({ movesTo }) => movesTo.length > 0).map(line)
  const locked = lock === null ? [] : [`Object Lock: ${lock}`]
  const unknown = [
    ...(versions === null ? ['versions: unknown to this service'] : []),
    ...(rules === null ? ['lifecycle rules: unknown to this service'] : []),
  ]
  const evidence = [...(versions === true ? ['versions are kept'] : []), ...locked, ...moving, ...unknown]
  if (versions === true || lock !== null) {
    return note(
      null,
      lock === null ? 'The bucket keeps old versions.' : 'Objects are locked, and old versions are kept.',
      {
        evidence,
        words:
          'A rollback or repair hides objects, but their versions stay and are billed. A lifecycle rule for old versions (NoncurrentVersionExpiration) deletes them later.',
      },
    )
  }
  if (moving.length > 0) return note(null, 'A lifecycle rule moves documents to another storage class.', { evidence })
  return ok(null, 'No versions and no lifecycle rules for documents.', { evidence })
}

/** Our objects have no tags. */
function concernsUs({ prefix, isTagged }: KeepingRule): boolean {
  if (isTagged) return false
  return ourFolders.some(
    (folder) =>
      folder.startsWith(prefix) || (prefix.startsWith(folder) && belowFolder.test(prefix.slice(folder.length))),
  )
}

function line({ name, prefix, deletes, movesTo }: KeepingRule): string {
  const does = [...(deletes === null ? [] : [`deletes ${deletes}`]), ...movesTo.map((it) => `moves to ${it}`)]
  return `rule “${name}” for ${prefix === '' ? 'all objects' : `“${prefix}”`}: ${does.join(', ')}`
}
