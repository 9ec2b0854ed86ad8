import { asMigrateError, MigrateError } from '../errors.ts'
import { nothingToCheck } from '../ownership/fence.ts'
import type { RunStore } from '../journal/runStore.ts'
import type { Item } from '../plan/item.ts'
import { md5Header } from '../transfer/fingerprint.ts'
import { assertDocument, assertOwnPlace, contentOfFile, contentOfObject } from './proofs.ts'
import { assertChanged, followersOf, pathChange, type RepairDeps } from './applyRepair.ts'
import type { Repairable } from './repairSteps.ts'

/**
 * Takes back what a repair has done to one thing; `repaired` is that run. Where it is not `known` that it was done, what is
 * there tells. Can be done again. Throws why it cannot be.
 */
export async function undoRepair(
  deps: RepairDeps,
  repaired: RunStore,
  { item, step }: Repairable,
  known: boolean,
): Promise<void> {
  switch (step.action) {
    case 'fix-path':
      return changeBack(deps, repaired, item, step, known)
    case 'move-file':
      return moveBack(deps, item, step, known)
    case 'remove-object':
      return putObjectBack(deps, repaired, item, step.key, known)
    case 'remove-row':
      return putRowBack(deps, repaired, item)
  }
}

type Way = Record<'from' | 'to', string>

async function changeBack(
  deps: RepairDeps,
  repaired: RunStore,
  item: Item,
  { from, to }: Way,
  known: boolean,
): Promise<void> {
  const { lock, journal, signal } = deps
  const { epoch } = lock
  const followers = repaired.last('commit-intent', item.seq)?.followers ?? (await followersOf(deps, item, to))
  journal.writeNow({ step: 'restore-intent', data: { seqs: [item.seq] } })
  const [outcome] = await lock.changePaths([pathChange(item, to, from, followers)], epoch, signal)
  // A row that holds neither is as somebody else has left it.
  if (known || outcome === undefined) assertChanged(outcome, item)
}

async function moveBack(deps: RepairDeps, item: Item, { from, to }: Way, known: boolean): Promise<void> {
  const { site, store, fence, journal, signal } = deps
  const isThere = async (path: string): Promise<boolean> => (await site.uploads.inspect(path)).kind !== 'absent'
  const mayBeBack = !known || store.last('set-aside-intent', item.seq) !== null
  if (mayBeBack && !(await isThere(to)) && (await isThere(from))) return
  // Neither is a file taken from where another row finds it, nor put where another row looks for its own.
  for (const path of [from, to]) assertOwnPlace(deps, item, path)
  journal.writeNow({ step: 'set-aside-intent', seq: item.seq, data: { from: to, to: from } })
  try {
    await fence.forFiles([], nothingToCheck, ({ permit }) => site.uploads.move(to, from, permit), signal)
  } catch (cause) {
    // Something else was in the way of the repair: then the file has not left its place.
    if (known || asMigrateError(cause).code !== 'FILE_TAKEN' || !(await hasStayed(deps, item, from))) throw cause
  }
}

/** What lies at the place that a file was to be moved from still is that file. */
async function hasStayed(deps: RepairDeps, item: Item, from: string): Promise<boolean> {
  if (item.kind === 'file') {
    const facts = await deps.site.uploads.inspect(from)
    return facts.kind === 'file' && facts.stamp.size === item.size && facts.stamp.mtimeMs === item.mtimeMs
  }
  return assertDocument(deps, item, from).then(
    () => true,
    () => false,
  )
}

async function putObjectBack(
  deps: RepairDeps,
  repaired: RunStore,
  item: Item,
  key: string,
  known: boolean,
): Promise<void> {
  const { site, journal, signal } = deps
  const isTaken = (await site.objects.head(key, signal)) !== null
  if (isTaken && !known) return
  const saved = repaired.last('object-saved', item.seq)
  if (!saved) throw new MigrateError('OBJECT_MISSING', { message: 'No copy of it was saved.', subject: key })
  const isBack = async (): Promise<boolean> => (await contentOfObject(deps, key)).sha256 === saved.sha256
  const differs = new MigrateError('OBJECT_DIFFERS', { message: `Another object lies at “${key}”.`, subject: key })
  // Not every service refuses to overwrite.
  if (isTaken) {
    if (await isBack()) return
    throw differs
  }
  const copy = await contentOfFile(deps, saved.to)
  if (copy.sha256 !== saved.sha256) {
    throw new MigrateError('HASH_MISMATCH', { message: `“${saved.to}” is not the copy that was saved.`, subject: key })
  }
  journal.writeNow({ step: 'send-intent', data: { seqs: [item.seq] } })
  const file = await site.uploads.open(saved.to)
  try {
    const { size, metadata } = saved
    const contentType = saved.contentType ?? 'application/octet-stream'
    const contentMd5 = md5Header(copy)
    const body = (): AsyncIterable<Uint8Array> => file.read(signal)
    await site.objects.put({ key, contentType, metadata, size, body, contentMd5 }, signal)
  } finally {
    await file.close()
  }
  // It may have come there in the meantime.
  if (!(await isBack())) throw differs
}

async function putRowBack({ lock, journal, signal }: RepairDeps, repaired: RunStore, item: Item): Promise<void> {
  const saved = repaired.last('row-saved', item.seq)
  if (!saved) throw new MigrateError('ROW_VANISHED', { message: 'It was not saved.', subject: item.documentId })
  journal.writeNow({ step: 'restore-intent', data: { seqs: [item.seq] } })
  await lock.restoreDocument(saved, signal)
}
