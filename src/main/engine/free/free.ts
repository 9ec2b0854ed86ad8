import pLimit from 'p-limit'
import { z } from 'zod'
import type { PlanTotals, RunReport, RunStatus } from '../../../shared/run.ts'
import type { FreeKind } from '../../../shared/runKind.ts'
import { asMigrateError, errorData, failureLine, MigrateError } from '../errors.ts'
import { countItems } from '../journal/items.ts'
import type { Restorable } from '../journal/itemRows.ts'
import { JournalBuffer } from '../journal/journalBuffer.ts'
import type { RunStore } from '../journal/runStore.ts'
import type { DatabaseFacts } from '../ports.ts'
import { preflight } from '../preflight.ts'
import { recordError, runSession, type Held, type RunContext } from '../session.ts'
import { forEachConcurrent } from '../transfer/concurrency.ts'
import { freeOne } from './freeOne.ts'
import { planFree } from './planFree.ts'
import { References } from './references.ts'

export interface FreeRequest {
  /** The migration whose local files are to go. */
  parent: RunStore
  kind: FreeKind
  /** Although something is missing that should come before. */
  anyway: boolean
  createStore: (facts: DatabaseFacts) => RunStore
}

/** Plans which local files of a run can go. Changes nothing; the caller shows the plan before going on. */
export async function prepareFree(
  { site, progress, stop }: Omit<RunContext, 'clock' | 'limit'>,
  { parent, kind, anyway, createStore }: FreeRequest,
): Promise<{ store: RunStore; totals: PlanTotals }> {
  progress.phase('check')
  const facts = await preflight({ ...site, progress }, stop.inOrder)
  assertFreeable(parent, facts, site.objects.bucket)
  progress.phase('plan')
  const store = createStore(facts)
  try {
    store.append([{ step: 'free-options', data: { anyway } }])
    return { store, totals: await planFree({ ...site, parent, store, progress, signal: stop.inOrder }, kind) }
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
  const kind = store.header.kind === 'purge' ? 'purge' : 'quarantine'
  return runSession(context, store, {
    options: null,
    check: () => preflight({ ...site, progress }, stop.now),
    // The bucket holds what is left of these documents: whoever owns it may clear it.
    claim: (fence) => fence.assertOwner(stop.now),
    work: (held) => carryOut(context, store, parent, kind, held),
  })
}

function assertFreeable({ header }: RunStore, facts: DatabaseFacts, bucket: string): void {
  const refuse = (message: string): never => {
    throw new MigrateError('RUN_NOT_STARTABLE', { message, subject: header.id })
  }
  if (header.kind !== 'migrate') refuse(`A run of the kind “${header.kind}” has copied no files.`)
  if (header.bucket !== bucket) refuse(`The run wrote into the bucket “${header.bucket}”, not “${bucket}”.`)
  if (header.databaseIdentity !== facts.identity) refuse(`The run was made on another database: “${header.database}”.`)
}

async function carryOut(
  context: RunContext,
  store: RunStore,
  parent: RunStore,
  kind: FreeKind,
  held: Held,
): Promise<RunStatus> {
  const { site, progress, stop, limit } = context
  const journal = new JournalBuffer(store)
  progress.resumed(countItems(store).counts, 0)
  progress.phase('free')
  const references = await References.read(store, site, stop.now)
  const deps = { store, parent, journal, ...held, kind, references, awaited: awaitedPlaces(store, references) }
  const sharersOf = sharersBy(store, references)
  const oneAtATime = pLimit(1)
  let ending: unknown = null
  try {
    await forEachConcurrent(eachOf(store.inherited()), limit, stop.inOrder, async (copy) => {
      const { seq, filename, size } = copy.item
      const free = (sharers: readonly Restorable[]): Promise<void> => freeOne(context, deps, copy, sharers)
      progress.fileStarted(seq, filename, size)
      try {
        const sharers = sharersOf(copy.item.source)
        // Those who share a file would take it from each other.
        await (sharers.length === 1 ? free(sharers) : oneAtATime(() => free(sharers)))
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
  } finally {
    references.close()
  }
  const { counts } = countItems(store)
  if (ending !== null || counts.remaining > 0) return 'interrupted'
  return counts.failed > 0 ? 'completed with failures' : 'completed'
}

/** Files that the plan leaves for OCR: others may share them. Few. */
function awaitedPlaces({ database }: RunStore, references: References): Set<string> {
  const rows = database.prepare(`SELECT source FROM item WHERE verdict = 'blocked' AND code = 'AWAITS_OCR'`).all()
  return new Set(
    z
      .array(z.object({ source: z.string() }))
      .parse(rows)
      .map(({ source }) => references.realOf(source)),
  )
}

/** All items that have one file, by whichever of its paths. Paths that are no file's real one are few. */
function sharersBy(store: RunStore, references: References): (source: string) => Restorable[] {
  const others = new Map<string, Set<string>>()
  for (const page of sourcesOf(store)) {
    for (const source of page) {
      const real = references.realOf(source)
      if (real !== source) others.set(real, new Set([...(others.get(real) ?? []), source]))
    }
  }
  return (source) => {
    const real = references.realOf(source)
    return [real, ...(others.get(real) ?? [])].flatMap((path) => store.sharing(path))
  }
}

/** Local files of the plan, in its order; one that rows share comes as often. */
function* sourcesOf({ database }: RunStore): Generator<string[]> {
  const query = database.prepare(
    `SELECT seq, source FROM item WHERE seq > ? AND verdict = 'move' AND source IS NOT NULL ORDER BY seq LIMIT 1000`,
  )
  for (let after = 0; ;) {
    const page = z.array(z.object({ seq: z.number(), source: z.string() })).parse(query.all(after))
    const last = page.at(-1)
    if (!last) return
    after = last.seq
    yield page.map(({ source }) => source)
  }
}

function* eachOf(pages: Iterable<Restorable[]>): Generator<Restorable> {
  for (const page of pages) yield* page
}
