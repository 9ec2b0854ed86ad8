import type { FreeKind } from '../../../shared/runKind.ts'
import { MigrateError } from '../errors.ts'
import type { Restorable } from '../journal/itemRows.ts'
import type { JournalBuffer } from '../journal/journalBuffer.ts'
import type { RunStore } from '../journal/runStore.ts'
import { ownStepPermit } from '../ownership/permit.ts'
import { nothingToCheck, type Fence, type Proved } from '../ownership/fence.ts'
import { pathOfKey } from '../keys/readurKeys.ts'
import { spellingsOf } from '../plan/paths.ts'
import type { FileStamp, RunLock, UploadsFolder } from '../ports.ts'
import { lookAtLocal } from '../rollback/localFile.ts'
import { quarantine, quarantineOf } from '../keys/keyShapes.ts'
import type { RunContext } from '../session.ts'
import { fingerprintOf } from '../transfer/fingerprint.ts'
import { isSameStamp } from '../transfer/source.ts'
import { needOf } from './needOf.ts'
import type { References } from './references.ts'

interface FreeDeps {
  store: RunStore
  parent: RunStore
  journal: JournalBuffer
  lock: RunLock
  fence: Fence
  kind: FreeKind
  /** What names files as of this session: a plan may be days old. */
  references: References
  /** Files that an OCR worker is to read, by their real paths. */
  awaited: ReadonlySet<string>
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
  const { store, parent, journal, kind } = deps
  const { seq, source } = copy.item
  const from = kind === 'quarantine' ? source : copy.freedTo
  const to = kind === 'quarantine' ? quarantineOf(store.header.id, source) : null
  if (from === null || (to === null && !from.startsWith(`${quarantine}/`))) {
    throw new MigrateError('INTERNAL', { message: `“${from ?? source}” is in no quarantine.`, subject: source })
  }
  const done = await alreadyDone(site, deps, sharers, from, stop.now)
  if (!done) {
    await assertNotNeeded(deps, site, copy, sharers, from, stop.now)
    let stamp: FileStamp | null = null
    for (const each of sharers) {
      await assertRowOnS3(deps.lock, each, stop.now)
      stamp = await assertSameBytes(site, each, from, stop.now)
    }
    journal.writeNow({ step: 'free-intent', seq, data: { from, to } })
    await takeAway({ site, stop }, deps, { copy, sharers, from, to, stamp })
  }
  const place = done ? done.to : to
  parent.append([{ step: 'local-freed', seq, data: { to: place, by: store.header.id } }])
  journal.add({ step: 'freed', seq, data: { to: place } })
}

/** A file that is about to go, as it was compared. */
interface Leaving {
  copy: Restorable
  sharers: readonly Restorable[]
  from: string
  to: string | null
  stamp: FileStamp | null
}

/**
 * Reading took time: rows, objects and the file itself are looked at once more, and the file goes within seconds of that. What
 * was moved is moved back should a row or the file have changed at that very moment; what is deleted lies in the quarantine,
 * where no row points.
 */
async function takeAway(
  { site, stop }: Pick<RunContext, 'site' | 'stop'>,
  deps: FreeDeps,
  { copy, sharers, from, to, stamp }: Leaving,
): Promise<void> {
  const { lock, fence, references } = deps
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
  const checks = async (): Promise<void> => {
    await fence.assertStillOwner(signal)
    await stillOnS3()
    await assertNotNeeded(deps, site, copy, sharers, from, signal)
    await assertUntouched(uploads, from, stamp)
  }
  const { source } = copy.item
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
      await assertUntouched(uploads, to, stamp)
      await stillOnS3()
    } catch (cause) {
      await uploads.move(to, from, ownStepPermit())
      throw cause
    }
  }
  const places = [...new Set([source, references.realOf(source), from])]
  const spellings = places.flatMap((path) => spellingsOf(path, prefixes))
  await fence.forFiles(spellings, checks, act, signal)
}

/** Where the file went already: with another item that has it, or by a session that was killed. */
async function alreadyDone(
  { uploads, objects }: RunContext['site'],
  { store, references, fence }: FreeDeps,
  sharers: readonly Restorable[],
  from: string,
  signal: AbortSignal,
): Promise<{ to: string | null } | null> {
  const isGone = async (path: string): Promise<boolean> => (await uploads.inspect(path)).kind === 'absent'
  const real = references.realOf(from)
  for (const sharer of sharers) {
    const intent = store.last('free-intent', sharer.item.seq)
    if (!intent || references.realOf(intent.from) !== real || !(await isGone(intent.from))) continue
    if (intent.to === null) return { to: null }
    if (await isGone(intent.to)) continue
    const moved = await lookAtLocal({ uploads, objects, signal }, sharer, intent.to)
    if (moved.state === 'sound') return { to: intent.to }
    // It was killed before it saw that something else had taken the file's place.
    const { from: place, to } = intent
    await fence.forFiles([], nothingToCheck, ({ permit }) => uploads.move(to, place, permit), signal)
    throw new MigrateError('SOURCE_CHANGED', { message: moved.doubt, subject: intent.from })
  }
  return null
}

/** The file is the one whose bytes were compared: the look at them took time. Throws SOURCE_CHANGED. */
async function assertUntouched(
  uploads: Pick<UploadsFolder, 'inspect'>,
  path: string,
  stamp: FileStamp | null,
): Promise<void> {
  const facts = await uploads.inspect(path)
  if (facts.kind === 'file' && stamp && isSameStamp(facts.stamp, stamp)) return
  const message = `“${path}” was replaced or written to while it was compared.`
  throw new MigrateError('SOURCE_CHANGED', { message, subject: path })
}

/** No row names the file, no link leads to it, no worker is about to read it, and no document of it has to stay. */
async function assertNotNeeded(
  { references, awaited, kind }: FreeDeps,
  { database, uploads }: RunContext['site'],
  { item, verified }: Restorable,
  sharers: readonly Restorable[],
  from: string,
  signal: AbortSignal,
): Promise<void> {
  const { source } = item
  const facts = await uploads.inspect(from)
  const stamp = facts.kind === 'file' ? facts.stamp : null
  const need = needOf(references, { source, place: from, stamp, kind }, item, verified)
  if (need) throw new MigrateError(need.code, { message: need.message, subject: source })
  if (awaited.has(references.realOf(source))) {
    throw new MigrateError('FILE_STILL_NAMED', { message: `Another row needs “${source}”.`, subject: source })
  }
  const ids = [...new Set(sharers.map((sharer) => sharer.item.documentId))]
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
): Promise<FileStamp> {
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
  return local.stamp
}
