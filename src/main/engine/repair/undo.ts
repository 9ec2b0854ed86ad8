import { MigrateError } from '../errors.ts'
import { nothingToCheck } from '../ownership/fence.ts'
import type { RunStore } from '../journal/runStore.ts'
import type { Item } from '../plan/item.ts'
import { contentOfFile, contentOfObject } from './proofs.ts'
import { assertChanged, pathChange, type RepairDeps } from './putRight.ts'
import type { Repairable } from './remedies.ts'

/** Takes back what a repair has done to one thing; `repaired` is that run. Can be done again. Throws why it cannot be. */
export async function takeBack(deps: RepairDeps, repaired: RunStore, { item, remedy }: Repairable): Promise<void> {
  switch (remedy.action) {
    case 'fix-path': {
      const { lock, journal, signal } = deps
      const { epoch } = lock
      const change = await pathChange(deps, item, remedy.to, remedy.from)
      journal.writeNow({ step: 'restore-intent', data: { seqs: [item.seq] } })
      const [outcome] = await lock.changePaths([change], epoch, signal)
      assertChanged(outcome, item)
      return
    }
    case 'move-file':
      return moveBack(deps, item, remedy.to, remedy.from)
    case 'remove-object':
      return putObjectBack(deps, repaired, item, remedy.key)
    case 'remove-row':
      return putRowBack(deps, repaired, item)
  }
}

async function moveBack(
  { site, store, fence, journal, signal }: RepairDeps,
  item: Item,
  from: string,
  to: string,
): Promise<void> {
  const isThere = async (path: string): Promise<boolean> => (await site.uploads.inspect(path)).kind !== 'absent'
  if (store.last('set-aside-intent', item.seq) && !(await isThere(from)) && (await isThere(to))) return
  journal.writeNow({ step: 'set-aside-intent', seq: item.seq, data: { from, to } })
  await fence.forFiles([], nothingToCheck, ({ permit }) => site.uploads.move(from, to, permit), signal)
}

async function putObjectBack(deps: RepairDeps, repaired: RunStore, item: Item, key: string): Promise<void> {
  const { site, journal, signal } = deps
  const saved = repaired.last('object-saved', item.seq)
  if (!saved) throw new MigrateError('OBJECT_MISSING', { message: 'No copy of it was saved.', subject: key })
  if ((await contentOfFile(deps, saved.to)).sha256 !== saved.sha256) {
    throw new MigrateError('HASH_MISMATCH', { message: `“${saved.to}” is not the copy that was saved.`, subject: key })
  }
  journal.writeNow({ step: 'send-intent', data: { seqs: [item.seq] } })
  const file = await site.uploads.open(saved.to)
  try {
    const { size, metadata } = saved
    const contentType = saved.contentType ?? 'application/octet-stream'
    await site.objects.put({ key, contentType, metadata, size, body: () => file.read(signal) }, signal)
  } finally {
    await file.close()
  }
  // It may have been there: from a session that was killed, or from somebody else.
  if ((await contentOfObject(deps, key)).sha256 === saved.sha256) return
  throw new MigrateError('OBJECT_DIFFERS', { message: `Another object lies at “${key}”.`, subject: key })
}

async function putRowBack({ lock, journal, signal }: RepairDeps, repaired: RunStore, item: Item): Promise<void> {
  const saved = repaired.last('row-saved', item.seq)
  if (!saved) throw new MigrateError('ROW_VANISHED', { message: 'It was not saved.', subject: item.documentId })
  journal.writeNow({ step: 'restore-intent', data: { seqs: [item.seq] } })
  await lock.restoreDocument(saved, signal)
}
