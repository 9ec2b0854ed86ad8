import type { FreeMode } from '../../../shared/run.ts'
import { MigrateError } from '../errors.ts'
import type { Restorable } from '../journal/itemRows.ts'
import type { JournalBuffer } from '../journal/journalBuffer.ts'
import type { RunStore } from '../journal/runStore.ts'
import { ownStepPermit } from '../ownership/permit.ts'
import type { Fence, Proved } from '../ownership/fence.ts'
import { pathOfKey } from '../plan/keys.ts'
import { spellingsOf } from '../plan/paths.ts'
import type { RunLock } from '../ports.ts'
import { lookAtLocal, quarantine, quarantineOf } from '../rollback/localFile.ts'
import type { RunContext } from '../session.ts'
import { fingerprintOf } from '../transfer/fingerprint.ts'
import type { LocalReferences } from './references.ts'

export interface FreeDeps {
  store: RunStore
  parent: RunStore
  journal: JournalBuffer
  lock: RunLock
  fence: Fence
  mode: FreeMode
  /** Files that a row names or a worker is to read, as of now: a plan may be days old. */
  needed: Pick<LocalReferences, 'has'>
}

/**
 * Puts one local file aside, or deletes it from where it was put. `sharers`: all items that have this file, the item
 * itself among them; it goes only when each of them is safe on S3, and goes once. Throws why it has to stay.
 */
export async function freeOne(
  { site, stop }: RunContext,
  deps: FreeDeps,
  copy: Restorable,
  sharers: readonly Restorable[],
): Promise<void> {
  const { store, parent, journal, mode } = deps
  const { seq, source } = copy.item
  const from = mode === 'quarantine' ? source : copy.freedTo
  const to = mode === 'quarantine' ? quarantineOf(store.header.id, source) : null
  if (from === null || (to === null && !from.startsWith(`${quarantine}/`))) {
    throw new MigrateError('INTERNAL', { message: `“${from ?? source}” is in no quarantine.`, subject: source })
  }
  const isGone = async (path: string): Promise<boolean> => (await site.uploads.inspect(path)).kind === 'absent'
  const isIntended = sharers.some(({ item }) => store.last('free-intent', item.seq)?.from === from)
  // A session that was killed has done it already; or it went with another item.
  const isDone = isIntended && (await isGone(from)) && (to === null || !(await isGone(to)))
  if (!isDone) {
    await assertNotNeeded(deps, site, sharers, stop.now)
    for (const each of sharers) {
      await assertRowOnS3(deps.lock, each, stop.now)
      await assertSameBytes(site, each, from, stop.now)
    }
    journal.writeNow({ step: 'free-intent', seq, data: { from, to } })
    await takeAway({ site, stop }, deps, sharers, from, to)
  }
  parent.append([{ step: 'local-freed', seq, data: { to, by: store.header.id } }])
  journal.add({ step: 'freed', seq, data: { to } })
}

/**
 * Reading took time: rows and objects are looked at once more, and the file goes within seconds of that. What was moved is
 * moved back should a row have changed at that very moment; what is deleted lies in the quarantine, where no row points.
 */
async function takeAway(
  { site, stop }: Pick<RunContext, 'site' | 'stop'>,
  { lock, fence }: FreeDeps,
  sharers: readonly Restorable[],
  from: string,
  to: string | null,
): Promise<void> {
  const { uploads, objects, prefixes } = site
  const signal = stop.now
  const stillOnS3 = async (): Promise<void> => {
    for (const each of sharers) {
      await assertRowOnS3(lock, each, signal)
      if ((await objects.head(each.item.key, signal)) !== null) continue
      const { key } = each.item
      throw new MigrateError('OBJECT_MISSING', { message: `There is no object “${key}” any more.`, subject: key })
    }
  }
  const source = sharers[0]?.item.source ?? from
  const act = async ({ permit, referenced }: Proved<void>): Promise<void> => {
    if (referenced.size > 0) {
      throw new MigrateError('FILE_STILL_NAMED', { message: `A row names “${source}” by now.`, subject: source })
    }
    if (to === null) {
      await uploads.remove(from, permit)
      return
    }
    await uploads.move(from, to, permit)
    try {
      await stillOnS3()
    } catch (cause) {
      await uploads.move(to, from, ownStepPermit())
      throw cause
    }
  }
  await fence.forFiles(spellingsOf(source, prefixes), stillOnS3, act, signal)
}

/** No row names the file, no worker is about to read it, and no document of it has to stay for another reason. */
async function assertNotNeeded(
  { needed }: FreeDeps,
  { database }: RunContext['site'],
  sharers: readonly Restorable[],
  signal: AbortSignal,
): Promise<void> {
  const source = sharers[0]?.item.source ?? ''
  if (needed.has(source)) {
    throw new MigrateError('FILE_STILL_NAMED', { message: `Another row needs “${source}”.`, subject: source })
  }
  const ids = [...new Set(sharers.map(({ item }) => item.documentId))]
  if ((await database.awaitingOcr(ids, signal)).size === 0) return
  throw new MigrateError('AWAITS_OCR', { message: 'The document stands in the OCR queue.', subject: source })
}

async function assertRowOnS3(lock: RunLock, { item }: Restorable, signal: AbortSignal): Promise<void> {
  const column = item.kind === 'document' ? 'documents.file_path' : 'processed_images.processed_image_path'
  const to = pathOfKey(item.key)
  const [outcome] = await lock.look([{ column, id: item.rowId, from: item.oldPath, to, followers: [] }], signal)
  if (outcome?.result === 'already') return
  const code = outcome?.result === 'gone' ? 'ROW_VANISHED' : 'ROW_CHANGED'
  throw new MigrateError(code, { message: `The row does not point at “${to}” any more.`, subject: item.documentId })
}

/** The object is read whole, and so is the file: both must be what was verified when it was copied. */
async function assertSameBytes(
  { objects, uploads }: RunContext['site'],
  copy: Restorable,
  from: string,
  signal: AbortSignal,
): Promise<void> {
  const { key } = copy.item
  const expected = copy.verified?.sha256
  const facts = await objects.head(key, signal)
  if (facts === null) {
    throw new MigrateError('OBJECT_MISSING', { message: `There is no object “${key}”.`, subject: key })
  }
  const stored = await fingerprintOf(objects.get(key, signal), facts.size)
  if (stored.sha256 !== expected) {
    throw new MigrateError('OBJECT_DIFFERS', { message: `“${key}” has other content than was copied.`, subject: key })
  }
  const local = await lookAtLocal({ uploads, objects, signal }, copy, from)
  if (local.state !== 'sound') throw new MigrateError('SOURCE_CHANGED', { message: local.doubt, subject: from })
}
