import { z } from 'zod'
import { notSwitchedConsequence, readurStateWords } from '../../shared/readurState.ts'
import { MigrateError } from '../engine/errors.ts'
import { countCopied } from '../engine/journal/items.ts'
import type { RunStore } from '../engine/journal/runStore.ts'
import type { PlannedItem } from '../engine/plan/item.ts'
import type { RunFolder } from './runFolder.ts'
import type { Workplace } from './workplace.ts'

/** A cutover only asks for each object: many of these small requests at a time make it short. */
export const cutoverRequests = 32

/** Finds items that an earlier run has copied and not switched yet. */
interface AwaitingCutover {
  has: (item: PlannedItem) => boolean
  /** Leaves runs on other databases out. */
  keepOnly: (databaseIdentity: string) => void
  close: () => void
}

/** Looks into the runs that copied into this place and await their cutover. */
export function awaitsCutoverIn(runs: RunFolder, place: string): AwaitingCutover {
  const stores: RunStore[] = []
  for (const { runId, kind, status } of runs.summaries()) {
    if (kind !== 'migrate' || status === 'running' || status === 'unreadable') continue
    const store = runs.open(runId)
    if (store.header.store === place && countCopied(store) > 0) stores.push(store)
    else store.close()
  }
  const all = stores.map((store) => ({
    identity: store.header.databaseIdentity,
    find: store.query.prepare(
      'SELECT seq, size, mtime_ms AS mtimeMs FROM item WHERE document_id = ? AND row_id = ? AND old_path = ?',
    ),
    waits: store.query.prepare(
      `SELECT 1 FROM journal j WHERE j.seq = ? AND j.step = 'verified'
         AND NOT EXISTS (SELECT 1 FROM outcome o WHERE o.seq = j.seq)`,
    ),
  }))
  let queries = all
  const found = z.object({ seq: z.number(), size: z.number(), mtimeMs: z.number() })
  return {
    // A file that was written to since is to be copied again.
    has: ({ documentId, rowId, oldPath, size, mtimeMs }) =>
      queries.some(({ find, waits }) => {
        const row = find.get(documentId, rowId, oldPath)
        if (row === undefined) return false
        const { data: copied } = found.safeParse(row)
        const isSame = copied?.size === size && copied.mtimeMs === mtimeMs
        return isSame && waits.get(copied.seq) !== undefined
      }),
    keepOnly: (databaseIdentity) => {
      queries = all.filter(({ identity }) => identity === databaseIdentity)
    },
    close: () => {
      for (const store of stores) store.close()
    },
  }
}

type Place = Pick<Workplace, 'readurState'> & { context: Pick<Workplace['context'], 'progress' | 'stop'> }

/**
 * What comes before the first row of a session is switched: whether Readur uses the bucket is found out and written down.
 * Where somebody has decided to switch all the same, that becomes a warning of the run. Throws READUR_ELSEWHERE where nobody
 * has: what was known when the session was asked for may be days old.
 */
export async function beforeRows(
  { readurState, context: { progress, stop } }: Place,
  store: RunStore,
  isDecided: boolean,
): Promise<void> {
  const state = await readurState(stop.inOrder)
  const isSwitched = state.at === 'bucket'
  const words = readurStateWords(state)
  store.append([{ step: 'readur', data: { isSwitched, words } }])
  if (isSwitched) return
  const message = `${words} ${notSwitchedConsequence}`
  if (!isDecided) throw new MigrateError('READUR_ELSEWHERE', { message, subject: store.header.id })
  progress.log('warning', message)
}
