import type { FreeMode, PlanTotals, RunReport, RunStatus } from '../../../shared/run.ts'
import { asMigrateError, errorData, failureLine, MigrateError } from '../errors.ts'
import { countItems } from '../journal/items.ts'
import type { Restorable } from '../journal/itemRows.ts'
import { JournalBuffer } from '../journal/journalBuffer.ts'
import type { RunStore } from '../journal/runStore.ts'
import { pathOfKey } from '../plan/keys.ts'
import type { DatabaseFacts, RunLock } from '../ports.ts'
import { preflight } from '../preflight.ts'
import { lookAtLocal, quarantine, quarantineOf } from '../rollback/localFile.ts'
import { recordError, runSession, type RunContext } from '../session.ts'
import { forEachConcurrent } from '../transfer/concurrency.ts'
import { fingerprintOf } from '../transfer/fingerprint.ts'
import { planFree } from './planFree.ts'

export interface FreeRequest {
  /** The migration whose local files are to go. */
  parent: RunStore
  mode: FreeMode
  createStore: (facts: DatabaseFacts) => RunStore
}

/** Plans which local files of a run can go. Changes nothing; the caller shows the plan before going on. */
export async function prepareFree(
  { site, progress, stop }: Omit<RunContext, 'clock' | 'limit'>,
  { parent, mode, createStore }: FreeRequest,
): Promise<{ store: RunStore; totals: PlanTotals }> {
  progress.phase('check')
  const facts = await preflight({ ...site, progress }, stop.inOrder)
  assertFreeable(parent, facts, site.objects.bucket)
  progress.phase('plan')
  const store = createStore(facts)
  try {
    store.append([{ step: 'free-options', data: { mode } }])
    return { store, totals: await planFree({ ...site, parent, store, progress, signal: stop.inOrder }, mode) }
  } catch (error) {
    store.close()
    throw error
  }
}

/**
 * Puts the planned local files aside, or deletes those that an earlier run put aside. Each goes only after its object
 * was read back whole and found to be the same bytes, and its row found to point there.
 */
export async function executeFree(context: RunContext, store: RunStore, parent: RunStore): Promise<RunReport> {
  const { site, progress, stop } = context
  const mode = store.last('free-options')?.mode ?? 'quarantine'
  return runSession(context, store, {
    options: null,
    check: () => preflight({ ...site, progress }, stop.now),
    work: (lock) => carryOut(context, store, parent, mode, lock),
  })
}

function assertFreeable({ header }: RunStore, facts: DatabaseFacts, bucket: string): void {
  const refuse = (message: string): never => {
    throw new MigrateError('RUN_NOT_STARTABLE', { message, subject: header.id, scope: 'run' })
  }
  if (header.kind !== 'migrate') refuse(`A run of the kind “${header.kind}” has copied no files.`)
  if (header.bucket !== bucket) refuse(`The run wrote into the bucket “${header.bucket}”, not “${bucket}”.`)
  if (header.databaseIdentity !== facts.identity) refuse(`The run was made on another database: “${header.database}”.`)
}

async function carryOut(
  context: RunContext,
  store: RunStore,
  parent: RunStore,
  mode: FreeMode,
  lock: RunLock,
): Promise<RunStatus> {
  const { progress, stop, limit } = context
  const journal = new JournalBuffer(store)
  progress.resumed(countItems(store).counts, 0)
  progress.phase('free')
  let ending: unknown = null
  try {
    await forEachConcurrent(eachOf(store.inherited()), limit, stop.inOrder, async (copy) => {
      const { seq, filename, size } = copy.item
      progress.fileStarted(seq, filename, size)
      try {
        await freeOne(context, { store, parent, journal, lock, mode }, copy)
        progress.fileEnded(seq, 'verified', size)
        progress.outcomes({ freed: 1 })
      } catch (cause) {
        progress.fileEnded(seq, 'failed', size)
        const error = asMigrateError(cause)
        if (error.scope === 'run') throw error
        journal.add({ step: 'failed', seq, code: error.code, data: errorData(error) })
        progress.outcomes({ failed: 1 })
        progress.log('error', failureLine(filename, error))
      }
    })
    journal.writeNow()
  } catch (cause) {
    ending = cause
    recordError(store, journal, progress, cause)
  }
  const { counts } = countItems(store)
  if (ending !== null || counts.remaining > 0) return 'interrupted'
  return counts.failed > 0 ? 'completed with failures' : 'completed'
}

function* eachOf(pages: Iterable<Restorable[]>): Generator<Restorable> {
  for (const page of pages) yield* page
}

interface FreeDeps {
  store: RunStore
  parent: RunStore
  journal: JournalBuffer
  lock: RunLock
  mode: FreeMode
}

async function freeOne({ site, stop }: RunContext, deps: FreeDeps, copy: Restorable): Promise<void> {
  const { store, parent, journal, lock, mode } = deps
  const { seq, source, documentId } = copy.item
  const signal = stop.now
  const from = mode === 'quarantine' ? source : copy.freedTo
  const to = mode === 'quarantine' ? quarantineOf(store.header.id, source) : null
  const earlier = store.last('free-intent', seq)
  const isGone = async (path: string): Promise<boolean> => (await site.uploads.inspect(path)).kind === 'absent'
  // A session that was killed has done it already; or the file was that of another document too.
  const isDone =
    earlier !== null && (await isGone(earlier.from)) && (earlier.to === null || !(await isGone(earlier.to)))
  if (!isDone && !wasFreedWith(store, copy)) {
    if (from === null || (to === null && !from.startsWith(`${quarantine}/`))) {
      throw new MigrateError('INTERNAL', { message: `“${from ?? source}” is in no quarantine.`, subject: source })
    }
    await assertRowOnS3(lock, copy, signal)
    await assertSameBytes(site, copy, from, signal)
    const awaiting = await site.database.awaitingOcr([documentId], signal)
    if (awaiting.has(documentId)) {
      throw new MigrateError('AWAITS_OCR', { message: 'The document stands in the OCR queue.', subject: documentId })
    }
    journal.writeNow({ step: 'free-intent', seq, data: { from, to } })
    if (to === null) await site.uploads.remove(from)
    else await site.uploads.move(from, to)
  }
  parent.append([{ step: 'local-freed', seq, data: { to, by: store.header.id } }])
  journal.add({ step: 'freed', seq, data: { to } })
}

/** Rows may share a file: it went with another item of this run, under the same name. */
function wasFreedWith(store: RunStore, { item }: Restorable): boolean {
  const other = store.database
    .prepare(
      `SELECT 1 FROM item i JOIN outcome o ON o.seq = i.seq WHERE i.source = ? AND i.seq <> ? AND o.step = 'freed'`,
    )
    .get(item.source, item.seq)
  return other !== undefined
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
