import type { RollbackOptions, RollbackPreview, RunReport, RunStatus } from '../../../shared/run.ts'
import { asMigrateError, MigrateError } from '../errors.ts'
import { countItems } from '../journal/items.ts'
import { itemsWithOpenUpload } from '../journal/itemRows.ts'
import { JournalBuffer } from '../journal/journalBuffer.ts'
import type { RunStore } from '../journal/runStore.ts'
import type { DatabaseFacts, ObjectStore, RunLock } from '../ports.ts'
import { assertReadur } from '../preflight.ts'
import { recordError, runSession, type RunContext } from '../session.ts'
import { planRollback, type RollbackSelection } from './planRollback.ts'
import { restoreItems } from './restore.ts'
import { unavailable } from './unavailable.ts'

export interface RollbackRequest {
  /** The run to undo. */
  parent: RunStore
  selection: RollbackSelection
  options: RollbackOptions
  /** Makes the rollback's own store, once the checks have passed. */
  createStore: (facts: DatabaseFacts) => RunStore
}

/** Plans how a run is undone. Neither rows, bucket nor files change. The caller shows the preview before going on. */
export async function prepareRollback(
  { site, progress, stop }: Omit<RunContext, 'clock' | 'limit'>,
  { parent, selection, options, createStore }: RollbackRequest,
): Promise<{ store: RunStore; preview: RollbackPreview }> {
  progress.phase('check')
  const { facts, objects } = await checkForRollback({ site, progress, stop }, options)
  assertUndoable(parent, facts, site.objects.bucket, options)
  if (parent.header.uploads !== site.uploads.label) {
    const message = `The run copied from “${parent.header.uploads}”; the files are looked for in “${site.uploads.label}”.`
    progress.log('warning', message)
  }
  progress.phase('plan')
  const store = createStore(facts)
  try {
    const deps = { ...site, objects, parent, store, progress, force: options.force, signal: stop.inOrder }
    return { store, preview: await planRollback(deps, selection) }
  } catch (error) {
    store.close()
    throw error
  }
}

/**
 * Carries out what remains of a rollback: rows first, then objects. It is a run of its own: it can be resumed, and
 * undone by migrating its documents again. Throws only when nothing was started.
 */
export async function executeRollback(
  context: RunContext,
  store: RunStore,
  parent: RunStore,
  options: RollbackOptions,
): Promise<RunReport> {
  let objects = context.site.objects
  return runSession(context, store, {
    options: null,
    entries: [{ step: 'rollback-options', data: options }],
    check: async () => {
      const checked = await checkForRollback(context, options)
      objects = checked.objects
      return checked.facts
    },
    work: (lock) => carryOut({ ...context, site: { ...context.site, objects } }, store, parent, options, lock),
  })
}

async function carryOut(
  context: RunContext,
  store: RunStore,
  parent: RunStore,
  options: RollbackOptions,
  lock: RunLock,
): Promise<RunStatus> {
  const { site, progress, stop } = context
  const journal = new JournalBuffer(store)
  const { counts, bytes } = countItems(store)
  progress.resumed(counts, bytes)
  progress.phase('rollback')
  let objectsLeft: number
  try {
    const left = await restoreItems({
      ...site,
      store,
      pages: store.inherited(),
      parent,
      journal,
      lock,
      progress,
      options,
      stop,
    })
    objectsLeft = left.objects
    await giveUpUploads(context, store, parent)
    journal.writeNow()
  } catch (cause) {
    recordError(store, journal, progress, cause)
    return 'interrupted'
  }
  const after = countItems(store).counts
  if (after.remaining > 0) return 'interrupted'
  return after.failed + objectsLeft > 0 ? 'completed with failures' : 'completed'
}

/** Parts that the undone run has left in the bucket take space and serve nobody. */
async function giveUpUploads({ site, progress, stop }: RunContext, store: RunStore, parent: RunStore): Promise<void> {
  for (const seq of itemsWithOpenUpload(parent.database)) {
    const upload = parent.openUpload(seq)
    const { key } = parent.item(seq)
    if (upload === null || key === null || !hasItem(store, seq)) continue
    try {
      await site.objects.abortUpload({ key, uploadId: upload.uploadId }, stop.now)
      parent.append([{ step: 'multipart-ended', seq, data: {} }])
    } catch (cause) {
      progress.log('warning', `Parts of “${key}” were left in the bucket: ${asMigrateError(cause).message}`)
    }
  }
}

const hasItem = (store: RunStore, seq: number): boolean =>
  store.database.prepare('SELECT 1 FROM item WHERE seq = ?').get(seq) !== undefined

/** What a rollback needs of the site. With force it does without the bucket: rows whose local file is sound go back. */
async function checkForRollback(
  { site, progress, stop }: Pick<RunContext, 'site' | 'progress' | 'stop'>,
  { force }: RollbackOptions,
): Promise<{ facts: DatabaseFacts; objects: ObjectStore }> {
  const facts = await site.database.facts(stop.now)
  assertReadur(facts)
  await site.uploads.check()
  try {
    await site.objects.check(stop.now)
    return { facts, objects: site.objects }
  } catch (cause) {
    const error = asMigrateError(cause)
    if (!force || stop.now.aborted) throw error
    progress.log('warning', `Going on without the bucket: ${error.message}`)
    return { facts, objects: unavailable(site.objects, error) }
  }
}

/**
 * Rows and objects are undone one by one under their own guards; a run of another database or bucket would only find
 * that nothing fits. Throws RUN_NOT_STARTABLE.
 */
function assertUndoable({ header }: RunStore, facts: DatabaseFacts, bucket: string, { force }: RollbackOptions): void {
  const refuse = (message: string): never => {
    throw new MigrateError('RUN_NOT_STARTABLE', { message, subject: header.id, scope: 'run' })
  }
  if (!['migrate', 'import', 'recover'].includes(header.kind))
    refuse(`A run of the kind “${header.kind}” has nothing to roll back.`)
  if (header.bucket !== bucket) refuse(`The run wrote into the bucket “${header.bucket}”, not “${bucket}”.`)
  if (header.databaseIdentity !== facts.identity && !force) {
    refuse(`The run was made on another database: “${header.database}”. If it was restored from a backup, use --force.`)
  }
}
