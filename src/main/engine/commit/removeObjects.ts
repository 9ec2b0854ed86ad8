import pLimit from 'p-limit'
import { asMigrateError, errorData, MigrateError } from '../errors.ts'
import type { Verified } from '../journal/entries.ts'
import type { JournalBuffer } from '../journal/journalBuffer.ts'
import type { RunStore } from '../journal/runStore.ts'
import type { MovableItem } from '../plan/item.ts'
import { pathOfKey } from '../plan/keys.ts'
import type { ObjectFacts, ObjectStore, RunLock } from '../ports.ts'
import { fingerprintOf } from '../transfer/fingerprint.ts'
import { isOfDatabase, runOf } from '../transfer/metadata.ts'

/** Requests at the same time. */
const atOnce = 8

export interface RemoveDeps {
  store: Pick<RunStore, 'header' | 'isKeyNeeded'>
  objects: Pick<ObjectStore, 'remove' | 'head' | 'get'>
  lock: Pick<RunLock, 'referenced'>
  journal: JournalBuffer
  signal: AbortSignal
}

/** A copy that is no longer wanted. */
export interface Unwanted {
  item: MovableItem
  /** What was verified of it; null when it was perhaps sent and never verified. */
  verified: Verified | null
  /**
   * SHA-256 of the local file that takes its place, for an object that a record of another tool names and that carries
   * no sign of its maker: it goes when its bytes are the same.
   */
  standIn: string | null
}

/** Objects that are still there: because removing failed, or because they are not known to be ours. */
export interface LeftObjects {
  failed: number
  foreign: number
}

/**
 * Removes copies whose rows do not point at them. An object goes only if this program made it for this document, no row
 * of any table holds its path, and no other item of the run needs it. A failure is journaled: too much data is no harm.
 */
export async function removeObjects(deps: RemoveDeps, unwanted: readonly Unwanted[]): Promise<LeftObjects> {
  const left: LeftObjects = { failed: 0, foreign: 0 }
  const done = unwanted.map(({ item }) => item.seq)
  const byKey = new Map(unwanted.map((one) => [one.item.key, one]))
  const candidates = [...byKey.values()].filter(
    ({ item, verified, standIn }) =>
      (verified?.created !== false || standIn !== null) && !deps.store.isKeyNeeded(item.key, done),
  )
  if (candidates.length === 0) return left
  const referenced = await deps.lock.referenced(
    candidates.map(({ item }) => pathOfKey(item.key)),
    deps.signal,
  )
  const free = candidates.filter(({ item }) => !referenced.has(pathOfKey(item.key)))
  left.foreign += candidates.length - free.length
  for (const one of candidates.filter(({ item }) => referenced.has(pathOfKey(item.key)))) {
    note(deps.journal, one, 'Another row points at it.')
  }
  if (free.length === 0) return left
  deps.journal.writeNow({ step: 'remove-intent', data: { seqs: free.map(({ item }) => item.seq) } })
  const limit = pLimit(atOnce)
  await Promise.all(free.map((candidate) => limit(() => removeOne(deps, candidate, left))))
  return left
}

async function removeOne(deps: RemoveDeps, candidate: Unwanted, left: LeftObjects): Promise<void> {
  const { objects, journal, signal } = deps
  const { key, seq } = candidate.item
  try {
    const facts = await objects.head(key, signal)
    if (facts === null) return
    if (!(await mayGo(deps, candidate, facts))) {
      // Nothing is known to have been made here: what lies there is somebody else's.
      if (candidate.verified !== null) {
        left.foreign += 1
        note(journal, candidate, 'It does not say that this program made it for this database.')
      }
      return
    }
    await objects.remove(key, signal)
    journal.add({ step: 'removed', seq, data: {} })
  } catch (cause) {
    if (signal.aborted) throw asMigrateError(signal.reason)
    left.failed += 1
    const message = cause instanceof Error ? cause.message : String(cause)
    const error = new MigrateError('OBJECT_LEFT', { message, subject: key, cause })
    journal.add({ step: 'remove-failed', seq, code: error.code, data: errorData(error) })
  }
}

/** An object that stays for a reason. */
function note(journal: JournalBuffer, { item }: Unwanted, message: string): void {
  const error = new MigrateError('OBJECT_LEFT', { message, subject: item.key })
  journal.add({ step: 'remove-failed', seq: item.seq, code: error.code, data: errorData(error) })
}

async function mayGo(
  { store, objects, signal }: RemoveDeps,
  { item, verified, standIn }: Unwanted,
  facts: ObjectFacts,
): Promise<boolean> {
  const maker = runOf(facts)
  if (maker !== null) {
    const { id, parent, databaseIdentity } = store.header
    if (!isOfDatabase(facts, { id: maker, databaseIdentity })) return false
    return verified ? verified.created && maker === (verified.madeBy ?? id) : maker === id || maker === parent
  }
  if (standIn === null) return false
  return (await fingerprintOf(objects.get(item.key, signal), facts.size)).sha256 === standIn
}
