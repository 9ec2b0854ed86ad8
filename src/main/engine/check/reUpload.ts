import { defaultMigrateOptions, type ReUploaded, type Repairs, type RunReport } from '../../../shared/run.ts'
import { MigrateError } from '../errors.ts'
import type { Restorable, Standing } from '../journal/itemRows.ts'
import type { JournalBuffer } from '../journal/journalBuffer.ts'
import type { RunStore } from '../journal/runStore.ts'
import { reportOf } from '../journal/summary.ts'
import type { Fence } from '../ownership/fence.ts'
import { sentSince, uploadJournal } from '../transfer/uploadJournal.ts'
import { pathIn } from '../plan/item.ts'
import { pathOfKey } from '../keys/readurKeys.ts'
import { lookAtLocal } from '../rollback/localFile.ts'
import { runSession, type RunContext } from '../session.ts'
import { sweep } from '../sweep.ts'
import { copyItem } from '../transfer/copyItem.ts'
import { OverwriteGuard } from '../transfer/overwriteGuard.ts'
import { localPlace } from './localPlace.ts'

/**
 * Puts right what `verifyState` has found of a migration. A row that points at nothing gets its object back from the
 * local file, verified as ever; rows are not changed. How the run stands is not changed by it either.
 */
export async function reUploadMissing(
  context: RunContext,
  store: RunStore,
  repairs: Repairs,
): Promise<ReUploaded & { report: RunReport }> {
  const { status } = reportOf(store)
  let reUploaded: ReUploaded = { resent: 0, gone: 0, isWhole: false }
  const report = await runSession(context, store, {
    options: store.last('started')?.options ?? null,
    reUploads: true,
    work: async ({ fence }) => {
      reUploaded = await reUploadAll(context, store, fence, repairs)
      return status
    },
  })
  return { ...reUploaded, report }
}

async function reUploadAll(context: RunContext, store: RunStore, fence: Fence, repairs: Repairs): Promise<ReUploaded> {
  const { objects } = context.site
  let gone = 0
  let resent = 0
  const { failed, isComplete } = await sweep<Committed>(context, store, {
    phase: 'copy',
    outcome: null,
    failure: 'resend-failed',
    begin: (journal) => ({
      items: { inTurn: committedOf(context, store) },
      one: async ({ item, verified, path }) => {
        if (path === null && repairs.markGone) {
          journal.add({ step: 'gone', seq: item.seq, data: {} })
          gone += 1
        }
        if (!repairs.reUpload || path !== pathOfKey(item.key)) return
        if ((await objects.head(item.key, context.stop.now)) !== null) return
        await reUploadItem(context, store, fence, journal, { item, verified, committed: true, freedTo: null })
        resent += 1
      },
    }),
  })
  return { resent, gone, isWhole: isComplete && failed === 0 }
}

/** An item whose row was switched, and what that row holds now. */
type Committed = Pick<Standing, 'item' | 'verified'> & { path: string | null }

async function* committedOf({ site, stop }: RunContext, store: RunStore): AsyncGenerator<Committed> {
  for (const page of store.standings()) {
    const committed = page.filter(({ outcome }) => outcome === 'committed' || outcome === 'restore-failed')
    const ids = [...new Set(committed.map(({ item }) => item.documentId))]
    const rows = new Map((await site.database.documentsById(ids, stop.now)).map((row) => [row.id, row]))
    for (const { item, verified } of committed) yield { item, verified, path: pathIn(rows.get(item.documentId), item) }
  }
}

async function reUploadItem(
  { site, progress, stop }: RunContext,
  store: RunStore,
  fence: Fence,
  journal: JournalBuffer,
  copy: Restorable,
): Promise<void> {
  const { seq } = copy.item
  const { multipartThreshold } = store.last('started')?.options ?? defaultMigrateOptions
  const source = await localPlace(store, site.uploads, copy.item)
  const local = await lookAtLocal({ uploads: site.uploads, objects: site.objects, signal: stop.now }, copy, source)
  if (local.state !== 'sound') throw new MigrateError('OBJECT_MISSING', { message: local.doubt, subject: source })
  // A file that came back from a backup is as good as the one that was planned: its bytes are the same.
  const facts = await site.uploads.inspect(source)
  const item = { ...copy.item, source, ...(facts.kind === 'file' && { mtimeMs: facts.stamp.mtimeMs }) }
  journal.writeNow({ step: 'send-intent', data: { seqs: [seq] } })
  const { verified, note } = await copyItem(
    {
      maker: store.header,
      fence,
      uploads: site.uploads,
      objects: site.objects,
      guard: new OverwriteGuard(),
      mayBeThere: true,
      options: { multipartThreshold, verify: 'readback' },
      onBytes: (bytes) => progress.fileMoved(seq, bytes),
      openUpload: item.size > multipartThreshold ? store.openUpload(seq) : null,
      journal: uploadJournal(journal, seq),
      intendedAt: () => sentSince(store, seq) ?? Date.now(),
      signal: stop.now,
    },
    item,
  )
  journal.add({ step: 'verified', seq, code: note, data: verified })
}
