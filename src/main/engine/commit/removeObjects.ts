import pLimit from 'p-limit'
import { asMigrateError, errorData, isStop, MigrateError } from '../errors.ts'
import type { Verified } from '../journal/entries.ts'
import type { JournalBuffer } from '../journal/journalBuffer.ts'
import type { RunStore } from '../journal/runStore.ts'
import type { MovableItem } from '../plan/item.ts'
import { pathOfKey } from '../keys/readurKeys.ts'
import { mostTries, type Fence, type Proved } from '../ownership/fence.ts'
import type { FileStamp, ObjectFacts, ObjectStore, UploadsFolder } from '../ports.ts'
import { isOfDatabase, provenanceOf, runOf } from '../transfer/metadata.ts'
import { isSameStamp } from '../transfer/source.ts'

/** Requests at the same time. */
const atOnce = 8

/** Objects removed under one permit: few enough that all of them are gone before it expires. */
const underOnePermit = 32

export interface RemoveDeps {
  store: Pick<RunStore, 'header' | 'isKeyNeeded'>
  objects: Pick<ObjectStore, 'remove' | 'head'>
  uploads: Pick<UploadsFolder, 'inspect'>
  fence: Pick<Fence, 'forObjects'>
  journal: JournalBuffer
  signal: AbortSignal
}

/** A copy that is no longer wanted. */
export interface Unwanted {
  item: MovableItem
  /** What was verified of it; null when it was perhaps sent and never verified. */
  verified: Verified | null
  /**
   * The record of another tool says that it was made. Nothing proves whose it is, since a restored copy of the database
   * has the same record: it stays, and is listed.
   */
  isClaimed: boolean
  /** The local file that its row points at by now, as it was found to be the document; null where no row needs one. */
  local: { stamp: FileStamp | null } | null
}

/** Objects that are still there: because removing failed, or because they are not known to be ours. */
interface LeftObjects {
  failed: number
  foreign: number
}

/**
 * Removes copies whose rows do not point at them. An object goes only if this program made it for this document, the
 * bucket is this database's, no row of any table holds its path, no other item of the run needs it, and the local file that
 * takes its place is still there; all of that is proved a moment before. A failure is journaled: too much data is no harm.
 */
export async function removeObjects(deps: RemoveDeps, unwanted: readonly Unwanted[]): Promise<LeftObjects> {
  const left: LeftObjects = { failed: 0, foreign: 0 }
  const done = unwanted.map(({ item }) => item.seq)
  const byKey = new Map(unwanted.map((one) => [one.item.key, one]))
  const candidates = [...byKey.values()].filter(
    ({ item, verified }) => verified?.created !== false && !deps.store.isKeyNeeded(item.key, done),
  )
  for (let at = 0; at < candidates.length; at += underOnePermit) {
    let some = candidates.slice(at, at + underOnePermit)
    deps.journal.writeNow({ step: 'remove-intent', data: { seqs: some.map(({ item }) => item.seq) } })
    for (let tries = 1; some.length > 0; tries++) some = await removeSome(deps, some, left, tries === mostTries)
  }
  return left
}

/** Returns those whose permit expired before the service was asked. */
async function removeSome(
  deps: RemoveDeps,
  candidates: Unwanted[],
  left: LeftObjects,
  isLastTry: boolean,
): Promise<Unwanted[]> {
  const { fence, objects, journal, signal } = deps
  const limit = pLimit(atOnce)
  const unasked: Unwanted[] = []
  const leave = (one: Unwanted, cause: unknown): void => {
    const known = asMigrateError(signal.aborted ? signal.reason : cause)
    if (isStop(known)) throw known
    if (known.code === 'OBJECT_NOT_OURS') left.foreign += 1
    else left.failed += 1
    note(journal, one, known.message, cause)
  }
  const remove = async (one: Unwanted, judged: Judged | undefined, proved: Proved<unknown>): Promise<void> => {
    if (judged === undefined) return
    const { verdict, isLocalThere } = judged
    if (verdict === 'absent' || verdict === 'unknown') return
    if (verdict instanceof MigrateError) {
      leave(one, verdict)
      return
    }
    if (verdict === 'foreign' || proved.referenced.has(pathOfKey(one.item.key))) {
      left.foreign += 1
      note(journal, one, verdict === 'foreign' ? notOurs : 'Another row points at it.')
      return
    }
    // A document that a user has deleted meanwhile takes its file along.
    if (!isLocalThere && proved.referenced.has(one.item.oldPath)) {
      leave(one, new MigrateError('OBJECT_LEFT', { message: mayBeLast, subject: one.item.key }))
      return
    }
    try {
      await objects.remove(one.item.key, proved.permit, signal)
      journal.add({ step: 'removed', seq: one.item.seq, data: {} })
    } catch (cause) {
      if (asMigrateError(cause).code === 'PERMIT_EXPIRED' && !isLastTry) unasked.push(one)
      else leave(one, cause)
    }
  }
  try {
    await fence.forObjects(
      candidates.flatMap(({ item }) => [pathOfKey(item.key), item.oldPath]),
      () => Promise.all(candidates.map((one) => limit(() => look(deps, one)))),
      (proved) => whenAllEnded(candidates.map((one, at) => limit(() => remove(one, proved.found[at], proved)))),
      signal,
    )
  } catch (cause) {
    const error = asMigrateError(cause)
    if (error.scope === 'run') throw error
    for (const one of candidates) leave(one, error)
    return []
  }
  return unasked
}

/** Whatever one of them throws, none is under way any more when this returns. */
async function whenAllEnded(all: readonly Promise<void>[]): Promise<void> {
  const ended = await Promise.allSettled(all)
  const failed = ended.find((one) => one.status === 'rejected')
  if (failed) throw asMigrateError(failed.reason)
}

const notOurs = 'It does not say that this program made it for this database.'

/** `unknown`: nothing is known to have been made here, so what is there is somebody else's. */
type Verdict = 'removable' | 'absent' | 'foreign' | 'unknown' | MigrateError

interface Judged {
  verdict: Verdict
  isLocalThere: boolean
}

async function look(deps: RemoveDeps, candidate: Unwanted): Promise<Judged> {
  const [verdict, isLocalThere] = await Promise.all([judge(deps, candidate), hasStayed(deps, candidate)])
  return { verdict, isLocalThere }
}

/** The local file is the one that was found to be the document: fetching others of its batch may have taken hours. */
async function hasStayed({ uploads }: RemoveDeps, { item, local }: Unwanted): Promise<boolean> {
  if (local === null) return true
  const facts = await uploads.inspect(item.source)
  return facts.kind === 'file' && local.stamp !== null && isSameStamp(facts.stamp, local.stamp)
}

const mayBeLast = 'The local file is gone or was changed since it was compared, so the object was left.'

async function judge(deps: RemoveDeps, candidate: Unwanted): Promise<Verdict> {
  try {
    const facts = await deps.objects.head(candidate.item.key, deps.signal)
    if (facts === null) return 'absent'
    if (isOurs(deps, candidate, facts)) return 'removable'
    return candidate.verified === null && !candidate.isClaimed ? 'unknown' : 'foreign'
  } catch (cause) {
    const error = asMigrateError(deps.signal.aborted ? deps.signal.reason : cause)
    if (isStop(error)) throw error
    return error
  }
}

/** An object that stays for a reason. */
function note(journal: JournalBuffer, { item }: Unwanted, message: string, cause?: unknown): void {
  const error = new MigrateError('OBJECT_LEFT', { message, subject: item.key, cause })
  journal.add({ step: 'remove-failed', seq: item.seq, code: error.code, data: errorData(error) })
}

function isOurs({ store }: RemoveDeps, { item, verified }: Unwanted, facts: ObjectFacts): boolean {
  const maker = runOf(facts)
  const { id, parent, databaseIdentity } = store.header
  if (maker === null || !isOfDatabase(facts, { id: maker, databaseIdentity })) return false
  if (provenanceOf(facts).documentId !== item.documentId) return false
  return verified ? verified.created && maker === (verified.madeBy ?? id) : maker === id || maker === parent
}
