import type { RollbackOptions, RunReport, RunStatus } from '../../../shared/run.ts'
import { asMigrateError, isStop, refuseRun, type MigrateError } from '../errors.ts'
import { countItems } from '../journal/items.ts'
import type { RunHeader } from '../journal/header.ts'
import { JournalBuffer } from '../journal/journalBuffer.ts'
import type { RunStore } from '../journal/runStore.ts'
import type { DatabaseFacts, ObjectStore } from '../ports.ts'
import { assertReadur } from '../preflight.ts'
import { prepare, type UndoRequest } from '../prepare.ts'
import { recordError, runSession, type RunGuards, type RunContext, type Site } from '../session.ts'
import { warnOfVersions } from '../commit/versions.ts'
import { abortUploads } from './abortUploads.ts'
import { planRollback } from './planRollback.ts'
import { restoreItems } from './restore.ts'
import { coversUploads } from '../uploadsLabel.ts'

/** Plans how a run is undone. */
export function prepareRollback(
  context: RunContext,
  { parent, selection, options, createStore }: UndoRequest,
): Promise<RunStore> {
  const { site, progress, stop } = context
  let { objects } = site
  return prepare(context, {
    check: async () => {
      const checked = await checkForRollback(context, options)
      objects = checked.objects
      return checked.facts
    },
    assert: (facts) => assertUndoable(parent, site.objects.bucket, strangenessOf(parent.header, facts, site), options),
    createStore,
    plan: async (store) => {
      store.append([{ step: 'rollback-options', data: options }])
      const deps = { ...site, objects, parent, store, progress, ...options, signal: stop.inOrder }
      const preview = await planRollback(deps, selection)
      await warnOfVersions({ objects, store, progress }, options.keepObjects ? 0 : preview.objects, stop.inOrder)
    },
  })
}

/**
 * Carries out what remains of a rollback: rows first, then objects. It is a run of its own: it can be resumed, and
 * undone by migrating its documents again. Throws only when nothing was started.
 */
export async function executeRollback(
  context: RunContext,
  store: RunStore,
  parent: RunStore,
  wished: RollbackOptions,
): Promise<RunReport> {
  let objects = context.site.objects
  // In a place that is not the run's, nothing is taken away: it may be needed in the other one.
  const options = { ...wished, keepObjects: wished.keepObjects || isElsewhere(parent.header, store.header) }
  return runSession(context, store, {
    entries: [{ step: 'rollback-options', data: options }],
    check: async () => {
      const checked = await checkForRollback(context, options)
      objects = checked.objects
      return checked.facts
    },
    work: (held) => carryOut({ ...context, site: { ...context.site, objects } }, store, parent, options, held),
  })
}

const isElsewhere = (run: RunHeader, rollback: RunHeader): boolean =>
  run.databaseIdentity !== rollback.databaseIdentity || run.store !== rollback.store || run.uploads !== rollback.uploads

async function carryOut(
  context: RunContext,
  store: RunStore,
  parent: RunStore,
  options: RollbackOptions,
  held: RunGuards,
): Promise<RunStatus> {
  const { site, progress, stop, limit } = context
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
      ...held,
      progress,
      options,
      stop,
      limit,
    })
    objectsLeft = left.objects
    await abortUploads({
      run: parent,
      isUndone: (seq) => hasItem(store, seq),
      objects: site.objects,
      progress,
      signal: stop.now,
    })
    journal.writeNow()
  } catch (cause) {
    recordError(store, journal, progress, cause)
    return 'interrupted'
  }
  const after = countItems(store).counts
  if (after.remaining > 0) return 'interrupted'
  return after.failed + objectsLeft > 0 ? 'completed with failures' : 'completed'
}

const hasItem = (store: RunStore, seq: number): boolean => store.query.has('SELECT 1 FROM item WHERE seq = ?', seq)

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
    if (!force || isStop(error) || stop.now.aborted) throw error
    progress.log('warning', `Going on without the bucket: ${error.message}`)
    return { facts, objects: unavailable(site.objects, error) }
  }
}

/** In what the place differs from the one that the run worked on; null when it is the same. */
function strangenessOf(header: RunHeader, facts: DatabaseFacts, { objects, uploads }: Site): string | null {
  const places: [what: string, then: string, now: string, isSame: boolean][] = [
    ['database', header.database, facts.label, header.databaseIdentity === facts.identity],
    ['storage service', header.store, objects.label, header.store === objects.label],
    ['uploads folder', header.uploads, uploads.label, coversUploads(header.uploads, uploads.label)],
  ]
  const other = places.find(([, , , isSame]) => !isSame)
  if (!other) return null
  const [what, then, now] = other
  return `The run worked on another ${what}: “${then}”, not “${now}”.`
}

/**
 * Rows are undone one by one under their own guards; in another place most of them would not fit, and what does is
 * somebody else's. Throws RUN_NOT_STARTABLE.
 */
function assertUndoable(
  { header }: RunStore,
  bucket: string,
  strangeness: string | null,
  { force }: RollbackOptions,
): void {
  const { id, kind } = header
  if (!['migrate', 'import', 'recover'].includes(kind))
    refuseRun(id, `A run of the kind “${kind}” has nothing to roll back.`)
  if (header.bucket !== bucket) refuseRun(id, `The run wrote into the bucket “${header.bucket}”, not “${bucket}”.`)
  if (strangeness !== null && !force)
    refuseRun(id, `${strangeness} If it was moved or restored, force the rollback: it keeps all objects then.`)
}

/** A store that is known to be out of reach: each call says so at once, instead of trying for a minute. */
function unavailable({ label, bucket }: Pick<ObjectStore, 'label' | 'bucket'>, error: MigrateError): ObjectStore {
  const refuse = (): Promise<never> => Promise.reject(error)
  return {
    label,
    bucket,
    check: refuse,
    keepsVersions: () => Promise.resolve(false),
    list: refuse,
    head: refuse,
    put: refuse,
    // eslint-disable-next-line require-yield
    async *get() {
      throw await Promise.resolve(error)
    },
    remove: refuse,
    createUpload: refuse,
    putPart: refuse,
    completeUpload: refuse,
    abortUpload: refuse,
    listUploads: refuse,
  }
}
