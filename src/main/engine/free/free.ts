import pLimit from 'p-limit'
import { z } from 'zod'
import type { RunReport, RunStatus } from '../../../shared/run.ts'
import type { FreeKind } from '../../../shared/runKind.ts'
import { refuseRun } from '../errors.ts'
import type { Restorable } from '../journal/itemRows.ts'
import type { RunStore } from '../journal/runStore.ts'
import type { DatabaseFacts } from '../ports.ts'
import { prepare, type OverRun } from '../prepare.ts'
import { runSession, type RunGuards, type RunContext } from '../session.ts'
import { eachOf, sweepRun } from '../sweep.ts'
import { freeOne } from './freeOne.ts'
import { planFree } from './planFree.ts'
import { References } from './references.ts'

/** `parent`: the migration whose local files are to go. */
interface FreeRequest extends OverRun {
  kind: FreeKind
  /** Although something is missing that should come before. */
  anyway: boolean
}

/** Plans which local files of a run can go. */
export function prepareFree(
  context: RunContext,
  { parent, kind, anyway, createStore }: FreeRequest,
): Promise<RunStore> {
  const { site, progress, stop } = context
  return prepare(context, {
    assert: (facts) => assertFreeable(parent, facts, site.objects.bucket),
    createStore,
    plan: (store) => {
      store.append([{ step: 'free-options', data: { anyway } }])
      return planFree({ ...site, parent, store, progress, signal: stop.inOrder }, kind)
    },
  })
}

/**
 * Puts the planned local files aside, or deletes those that an earlier run put aside. Each goes only after its object
 * was read back whole and found to be the same bytes, and its row found to point there.
 */
export function executeFree(context: RunContext, store: RunStore, parent: RunStore): Promise<RunReport> {
  return runSession(context, store, {
    // The bucket holds what is left of these documents: whoever owns it may clear it.
    claim: (fence) => fence.assertOwner(context.stop.now),
    work: (held) => freeAll(context, store, parent, held),
  })
}

function assertFreeable({ header }: RunStore, facts: DatabaseFacts, bucket: string): void {
  const { id, kind } = header
  if (kind !== 'migrate') refuseRun(id, `A run of the kind “${kind}” has copied no files.`)
  if (header.bucket !== bucket) refuseRun(id, `The run wrote into the bucket “${header.bucket}”, not “${bucket}”.`)
  if (header.databaseIdentity !== facts.identity)
    refuseRun(id, `The run was made on another database: “${header.database}”.`)
}

function freeAll(context: RunContext, store: RunStore, parent: RunStore, held: RunGuards): Promise<RunStatus> {
  const { site, progress, stop } = context
  const kind: FreeKind = store.header.kind === 'purge' ? 'purge' : 'quarantine'
  return sweepRun<Restorable>(context, store, {
    phase: 'free',
    outcome: 'freed',
    failure: 'failed',
    begin: async (journal) => {
      const references = await References.read(store, site, stop.now)
      const deps = { store, parent, journal, ...held, kind, references, awaited: awaitedPlaces(store, references) }
      const sharersOf = sharersBy(store, references)
      const oneAtATime = pLimit(1)
      return {
        items: { atOnce: eachOf(store.inherited()) },
        one: async (copy) => {
          const { seq, filename, size, source } = copy.item
          progress.fileStarted(seq, filename, size)
          try {
            const sharers = sharersOf(source)
            const free = (): Promise<void> => freeOne(context, deps, copy, sharers)
            // Those who share a file would take it from each other.
            await (sharers.length === 1 ? free() : oneAtATime(free))
          } catch (cause) {
            progress.fileEnded(seq, 'failed', size)
            throw cause
          }
          progress.fileEnded(seq, 'verified', size)
        },
        end: () => references.close(),
      }
    },
  })
}

/** Files that the plan leaves for OCR: others may share them. Few. */
function awaitedPlaces({ query }: RunStore, references: References): Set<string> {
  const awaited = query.texts(`SELECT source FROM item WHERE verdict = 'blocked' AND code = 'AWAITS_OCR'`)
  return new Set(awaited.map((source) => references.realOf(source)))
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
function* sourcesOf({ query }: RunStore): Generator<string[]> {
  const row = z.object({ seq: z.number(), source: z.string() })
  const sql = `SELECT seq, source FROM item WHERE seq > ? AND verdict = 'move' AND source IS NOT NULL ORDER BY seq LIMIT 1000`
  for (const page of query.pages(row, ['seq', 0], sql)) yield page.map(({ source }) => source)
}
