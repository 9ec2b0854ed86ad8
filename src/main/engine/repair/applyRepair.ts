import { asMigrateError, MigrateError } from '../errors.ts'
import type { JournalBuffer } from '../journal/journalBuffer.ts'
import type { RunStore } from '../journal/runStore.ts'
import type { Item } from '../plan/item.ts'
import type { Proved } from '../ownership/fence.ts'
import { ownStepPermit } from '../ownership/permit.ts'
import { isOnS3, pathOfKey } from '../keys/readurKeys.ts'
import { candidatesFor, spellingsOf } from '../plan/paths.ts'
import type { ChangeOutcome, Content, PathChange } from '../ports.ts'
import { quarantine, quarantineOf } from '../keys/keyShapes.ts'
import {
  assertAsAudited,
  assertDocument,
  assertNoTrace,
  assertNowhere,
  assertOrphan,
  assertOwnPlace,
  assertStray,
  contentOfFile,
  contentOfObject,
  type ProofDeps,
} from './proofs.ts'
import type { Repairable } from './repairSteps.ts'

export interface RepairDeps extends ProofDeps {
  store: RunStore
  journal: JournalBuffer
}

/**
 * Puts one thing right: proved, written down, done. Each can be done again after a crash, which leaves too much and never
 * too little. Throws why it is left as it is.
 */
export function applyRepair(deps: RepairDeps, { item, step }: Repairable): Promise<void> {
  switch (step.action) {
    case 'fix-path':
      return fixPath(deps, item, step)
    case 'move-file':
      return moveFile(deps, item, step)
    case 'remove-object':
      return removeObject(deps, item, step)
    case 'remove-row':
      return removeRow(deps, item)
  }
}

/** The images of a document that hold the same path as it. */
export async function followersOf(
  { site, signal }: ProofDeps,
  { kind, documentId }: Item,
  path: string,
): Promise<string[]> {
  if (kind !== 'document') return []
  const [row] = await site.database.documentsById([documentId], signal)
  return (row?.images ?? []).filter(({ originalPath }) => originalPath === path).map(({ id }) => id)
}

/** The change of an item's path, with those of the images that follow it. */
export function pathChange({ kind, rowId }: Item, from: string, to: string, followers: readonly string[]): PathChange {
  const column = kind === 'document' ? 'documents.file_path' : 'processed_images.processed_image_path'
  const follow = (id: string) => ({ column: 'processed_images.original_image_path' as const, id, from, to })
  return { column, id: rowId, from, to, followers: followers.map(follow) }
}

export function assertChanged(outcome: ChangeOutcome | undefined, item: Item): void {
  if (outcome?.result === 'changed' || outcome?.result === 'already') return
  if (outcome?.result === 'locked') {
    throw new MigrateError('ROW_LOCKED', { message: 'Another session holds the row.', subject: item.documentId })
  }
  const isGone = outcome?.result !== 'differs'
  throw new MigrateError(isGone ? 'ROW_VANISHED' : 'ROW_CHANGED', {
    message: isGone ? 'The row is not there any more.' : `The row holds “${outcome.current ?? ''}” now.`,
    subject: item.documentId,
  })
}

async function fixPath(deps: RepairDeps, item: Item, { from, to }: { from: string; to: string }): Promise<void> {
  const { lock, journal, site, signal } = deps
  const { epoch } = lock
  const followers = await followersOf(deps, item, from)
  const change = pathChange(item, from, to, followers)
  const [now] = await lock.look([change], signal)
  if (now?.result === 'already') return
  if (now?.result !== 'differs' || now.current !== from) assertChanged(now, item)
  await assertStillAstray(deps, item, from)
  const candidates = isOnS3(to) ? null : candidatesFor(to, site.prefixes)
  await assertDocument(deps, item, candidates?.kind === 'inside' ? (candidates.exact[0] ?? to) : to)
  if (isOnS3(to)) await assertBucketNotTaken(deps)
  journal.writeNow({ step: 'commit-intent', seq: item.seq, data: { seqs: [item.seq], followers } })
  const [outcome] = await lock.changePaths([change], epoch, signal)
  assertChanged(outcome, item)
}

/** Rows must not point into a bucket that another database may clear. Throws BUCKET_CLAIMED. */
async function assertBucketNotTaken({ site, fence, signal }: RepairDeps): Promise<void> {
  const standing = await fence.standing(signal)
  if (standing.kind !== 'other') return
  throw new MigrateError('BUCKET_CLAIMED', { message: standing.reason, subject: site.objects.bucket })
}

/** Readur itself does not find it where its row says. */
async function assertStillAstray(deps: RepairDeps, item: Item, from: string): Promise<void> {
  try {
    await assertNowhere(deps, from)
  } catch (cause) {
    const candidates = isOnS3(from) ? null : candidatesFor(from, deps.site.prefixes)
    // Where a start of Readur has moved it to, which is what is to be put right.
    const isMoved = candidates?.kind === 'inside' && candidates.recoverable === item.source
    if (!isMoved || asMigrateError(cause).code !== 'ROW_NOT_GONE') throw cause
    for (const path of candidates.exact) if ((await deps.site.uploads.inspect(path)).kind !== 'absent') throw cause
  }
}

async function moveFile(deps: RepairDeps, item: Item, { from, to }: { from: string; to: string }): Promise<void> {
  const { site, store, fence, journal, signal } = deps
  const isThere = async (path: string): Promise<boolean> => (await site.uploads.inspect(path)).kind !== 'absent'
  // A session that was killed has moved it already.
  if (store.last('set-aside-intent', item.seq) && !(await isThere(from)) && (await isThere(to))) return
  const comesBack = from.startsWith(`${quarantine}/`)
  const checks = async (): Promise<void> => {
    if (comesBack) assertOwnPlace(deps, item, to)
    else await assertStray(deps, item, from)
  }
  await checks()
  if (comesBack) {
    await assertNowhere(deps, item.oldPath)
    await assertDocument(deps, item, from)
  }
  journal.writeNow({ step: 'set-aside-intent', seq: item.seq, data: { from, to } })
  const move = async ({ permit, referenced }: Proved<void>): Promise<void> => {
    if (referenced.size > 0) {
      throw new MigrateError('FILE_STILL_NAMED', { message: `A row names “${from}” by now.`, subject: from })
    }
    await site.uploads.move(from, to, permit)
    if (comesBack) return
    try {
      await assertAsAudited(deps, item, to)
    } catch (cause) {
      await site.uploads.move(to, from, ownStepPermit())
      throw cause
    }
  }
  await fence.forFiles(spellingsOf(from, site.prefixes), checks, move, signal)
}

async function removeObject(
  deps: RepairDeps,
  item: Item,
  { key, unmarked }: { key: string; unmarked: boolean },
): Promise<void> {
  const { site, store, fence, journal, signal } = deps
  const facts = await site.objects.head(key, signal)
  if (facts === null) {
    // A session that was killed has removed it.
    if (store.last('object-saved', item.seq)) return
    throw new MigrateError('OBJECT_MISSING', { message: `There is no object “${key}” any more.`, subject: key })
  }
  await assertOrphan(deps, key, facts, unmarked)
  const content = await contentOfObject(deps, key)
  const to = quarantineOf(store.header.id, `bucket/${key}`)
  const { contentType, metadata } = facts
  await keepCopy(deps, key, to, content)
  journal.writeNow({ step: 'object-saved', seq: item.seq, data: { to, ...content, contentType, metadata } })
  // Reading it took time.
  const unchanged = async (): Promise<void> => {
    const now = await site.objects.head(key, signal)
    if (now?.etag !== facts.etag || now.size !== content.size) {
      throw new MigrateError('OBJECT_DIFFERS', { message: `“${key}” was replaced in the meantime.`, subject: key })
    }
    await assertOrphan(deps, key, now, unmarked)
  }
  const remove = async ({ permit, referenced }: Proved<void>): Promise<void> => {
    if (referenced.size > 0) {
      throw new MigrateError('ROW_NOT_GONE', { message: `A row needs “${key}” by now.`, subject: key })
    }
    await site.objects.remove(key, permit, signal)
  }
  await fence.forObjects([pathOfKey(key)], unchanged, remove, signal)
}

/** The bytes of the object lie in the quarantine, whole and durable. */
async function keepCopy(deps: RepairDeps, key: string, to: string, content: Content): Promise<void> {
  const { site, signal } = deps
  try {
    await site.uploads.place(to, site.objects.get(key, signal), content, signal)
  } catch (cause) {
    if (asMigrateError(cause).code !== 'FILE_TAKEN') throw cause
    // A session that was killed has put it there.
    if ((await contentOfFile(deps, to)).sha256 !== content.sha256) throw cause
  }
}

async function removeRow(deps: RepairDeps, item: Item): Promise<void> {
  const { lock, store, journal, signal } = deps
  await assertNowhere(deps, item.oldPath)
  await assertNoTrace(deps, item)
  const saved = await lock.saveDocument(item.documentId, signal)
  if (saved === null) {
    // A session that was killed has deleted it.
    if (store.last('row-saved', item.seq)) return
    assertChanged({ result: 'gone' }, item)
    return
  }
  if (saved.filePath !== item.oldPath) assertChanged({ result: 'differs', current: saved.filePath }, item)
  journal.writeNow({ step: 'row-saved', seq: item.seq, data: saved })
  const outcome = await lock.deleteDocument(saved, signal)
  if (outcome === 'differs') assertChanged({ result: 'differs', current: saved.filePath }, item)
}
