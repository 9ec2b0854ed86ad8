import { randomUUID } from 'node:crypto'
import { MigrateError } from '../errors.ts'
import type { DatabaseInstance, DatabaseMark, ObjectStore, RunLock } from '../ports.ts'
import { ownerMark } from '../transfer/metadata.ts'
import { claimFor, readClaim, writeClaim, type Claim, type LatestClaim } from './claim.ts'

/** Objects that are looked at before a bucket without a claim is taken for free. */
const sampled = 8
/** So often it is tried to claim a bucket that somebody claims meanwhile. */
const mostTries = 3

/**
 * How a database stands to a bucket. `unproved`: nobody else owns it, and this account may not leave what would prove it:
 * rows may point into it, and no object may be removed. `reason`: why it is not the owner, in one sentence.
 */
export type Standing =
  | { kind: 'owner'; claim: LatestClaim }
  | { kind: 'unclaimed' }
  | { kind: 'unproved'; reason: string }
  | { kind: 'other'; reason: string }

/**
 * Compares what the bucket says of its owner with the database that is connected. The owner is proved from both sides:
 * the claim names this database and its running server, and the mark in the database holds the nonce of the claim, which
 * changes whenever the owner works here. So neither a restored dump, a copied or moved data folder, nor a snapshot that
 * was put back passes for the owner.
 */
export function compare(claim: LatestClaim | null, mark: DatabaseMark | null, instance: DatabaseInstance): Standing {
  if (claim === null) return { kind: 'unclaimed' }
  const other = (reason: string): Standing => ({ kind: 'other', reason })
  const known = claim.claim
  if (known === null) return other('The bucket’s claim can’t be read.')
  if (known.identity !== instance.identity) {
    const whose = known.address === instance.address ? ', or to another Readur server in this one' : ''
    return other(`The bucket belongs to another database${whose}: ${describe(known)}.`)
  }
  if (mark?.id !== known.databaseId || (mark.nonce !== known.nonce && mark.nextNonce !== known.nonce)) {
    return other(`This database is an earlier state or a copy of the one that owns the bucket: ${describe(known)}.`)
  }
  const isSameServer =
    known.startedAt === instance.startedAt ||
    (known.address === instance.address && isSame(known.filesSince, instance.filesSince))
  if (!isSameServer) {
    return other(`This database was moved, or is a copy of the one that owns the bucket: ${describe(known)}.`)
  }
  return { kind: 'owner', claim }
}

/** What one side does not know speaks for nothing. */
const isSame = (one: string | null, other: string | null): boolean => one === null || other === null || one === other

const describe = ({ address, claimedAt }: Claim): string => `${address}, last used ${claimedAt.slice(0, 10)}`

interface OwnershipDeps {
  objects: Pick<ObjectStore, 'bucket' | 'list' | 'head' | 'get' | 'put' | 'remove'>
  lock: Pick<RunLock, 'readMark' | 'writeMark'>
  instance: DatabaseInstance
  signal: AbortSignal
}

/**
 * Finds out whether the bucket is this database's, claims a bucket that nobody owns, and renews the owner's claim. Call it
 * with the lock of the database held.
 */
export const establish = (deps: OwnershipDeps): Promise<Standing> => untilSettled(deps, tryToEstablish)

async function tryToEstablish(deps: OwnershipDeps): Promise<Standing | null> {
  const latest = await readClaim(deps.objects, deps.signal)
  const mark = await deps.lock.readMark(deps.signal)
  const standing = compare(latest, mark, deps.instance)
  if (standing.kind === 'other') return standing
  if (standing.kind === 'unclaimed' && (await hasForeignObjects(deps))) {
    const reason = 'The bucket holds documents of another database, and nobody has claimed it.'
    return { kind: 'other', reason }
  }
  return await claimNow(deps, latest?.number ?? 0, mark, null)
}

/** Makes this database the owner, whoever was it before: their objects count as this database's from now on. */
export const takeOver = (deps: OwnershipDeps): Promise<Standing> =>
  untilSettled(deps, async () => {
    const latest = await readClaim(deps.objects, deps.signal)
    const mark = await deps.lock.readMark(deps.signal)
    return await claimNow(deps, latest?.number ?? 0, mark, latest?.claim?.address ?? null)
  })

/** A process that slept in the middle of it finds that another session of its database has claimed the bucket since. */
async function untilSettled(
  deps: OwnershipDeps,
  attempt: (deps: OwnershipDeps) => Promise<Standing | null>,
): Promise<Standing> {
  for (let tries = 1; tries <= mostTries; tries++) {
    const standing = await attempt(deps)
    if (standing !== null) return standing
  }
  throw claimedError('The bucket was claimed again and again while this database tried to.', deps.objects.bucket)
}

/**
 * The database first: a crash in between leaves a nonce that nobody claims, and the claim of before still fits. Null when
 * another session was faster.
 */
async function claimNow(
  { objects, lock, instance, signal }: OwnershipDeps,
  after: number,
  before: DatabaseMark | null,
  takenFrom: string | null,
): Promise<Standing | null> {
  // A restored dump brings the mark of the database that it was made of.
  const known = before?.identity === instance.identity && takenFrom === null ? before : null
  const id = known?.id ?? randomUUID()
  const claim = claimFor({ id }, instance, takenFrom)
  const nonce = known?.nonce ?? claim.nonce
  const pending: DatabaseMark = { id, identity: instance.identity, nonce, nextNonce: claim.nonce }
  const marked = await lock.writeMark(pending, before, signal)
  if (marked === 'changed') return null
  if (marked === 'refused') {
    const reason =
      'This database account can’t create the schema “readur_migrate”, so the owner of the bucket can’t be proved.'
    return { kind: 'unproved', reason }
  }
  const written = await writeClaim(objects, after, claim, signal)
  if (written === null) return null
  const settled = await lock.writeMark({ ...pending, nonce: claim.nonce, nextNonce: null }, pending, signal)
  return settled === 'written' ? { kind: 'owner', claim: written } : null
}

/** Some documents in the bucket bear the mark of another database: of a time before buckets were claimed. */
async function hasForeignObjects({ objects, instance, signal }: OwnershipDeps): Promise<boolean> {
  const page = await objects.list('documents/', null, signal)
  const step = Math.max(1, Math.floor(page.objects.length / sampled))
  const some = page.objects.filter((_, at) => at % step === 0).slice(0, sampled)
  const facts = await Promise.all(some.map(({ key }) => objects.head(key, signal)))
  return facts.some((one) => one !== null && ownerMark(one, instance.identity) === 'foreign')
}

export function claimedError(reason: string, bucket: string): MigrateError {
  return new MigrateError('BUCKET_CLAIMED', { message: reason, subject: bucket, scope: 'run' })
}
