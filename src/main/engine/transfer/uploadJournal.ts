import { z } from 'zod'
import type { UploadJournal } from './multipart.ts'
import type { Sending } from './strayUploads.ts'
import type { JournalBuffer } from '../journal/journalBuffer.ts'
import type { RunStore } from '../journal/runStore.ts'

/** Writes down what becomes of the upload in parts of one item. */
export const uploadJournal = (journal: JournalBuffer, seq: number): UploadJournal => ({
  begun: (uploadId) => journal.writeNow({ step: 'multipart-intent', seq, data: { uploadId } }),
  arrived: (part) => journal.add({ step: 'part', seq, data: part }),
  ended: () => journal.add({ step: 'multipart-ended', seq, data: {} }),
})

const moment = z.object({ at: z.number().nullable() })

/** When it was first written down that an item is about to be sent; null when it never was. */
export function sentSince({ query }: Pick<RunStore, 'query'>, seq: number): number | null {
  const sql = `SELECT min(j.at) AS at FROM journal j WHERE j.step = 'send-intent'
    AND EXISTS (SELECT 1 FROM json_each(j.data, '$.seqs') e WHERE e.value = ?)`
  return query.row(moment, sql, seq)?.at ?? null
}

/** From when to when a run may have been sending an item; null when it never was. What later runs note in it is of no account. */
export function sendingOf({ query }: Pick<RunStore, 'query'>, seq: number): Sending | null {
  const since = sentSince({ query }, seq)
  if (since === null) return null
  const last = query.row(
    moment,
    `SELECT max(j.at) AS at FROM journal j WHERE j.id IN (
       SELECT max(k.id) FROM journal k
       WHERE k.step IN ('started', 'send-intent', 'multipart-intent', 'part', 'verified', 'committed', 'failed', 'error', 'finished')
       GROUP BY k.step)`,
  )
  return { since, until: last?.at ?? since }
}
