import { z } from 'zod'
import type { UploadJournal } from '../transfer/multipart.ts'
import type { Sending } from '../transfer/strayUploads.ts'
import type { JournalBuffer } from './journalBuffer.ts'
import type { RunStore } from './runStore.ts'

/** Writes down what becomes of the upload in parts of one item. */
export const uploadJournal = (journal: JournalBuffer, seq: number): UploadJournal => ({
  begun: (uploadId) => journal.writeNow({ step: 'multipart-intent', seq, data: { uploadId } }),
  arrived: (part) => journal.add({ step: 'part', seq, data: part }),
  ended: () => journal.add({ step: 'multipart-ended', seq, data: {} }),
})

const moment = z.object({ at: z.number().nullable() })

/** When it was first written down that an item is about to be sent; null when it never was. */
export function sentSince({ database }: Pick<RunStore, 'database'>, seq: number): number | null {
  const row = database
    .prepare(
      `SELECT min(j.at) AS at FROM journal j WHERE j.step = 'send-intent'
         AND EXISTS (SELECT 1 FROM json_each(j.data, '$.seqs') e WHERE e.value = ?)`,
    )
    .get(seq)
  return moment.parse(row).at
}

/** From when to when a run may have been sending an item; null when it never was. What later runs note in it is of no account. */
export function sendingOf({ database }: Pick<RunStore, 'database'>, seq: number): Sending | null {
  const since = sentSince({ database }, seq)
  if (since === null) return null
  const last = database
    .prepare(
      `SELECT max(j.at) AS at FROM journal j WHERE j.id IN (
         SELECT max(k.id) FROM journal k
         WHERE k.step IN ('started', 'send-intent', 'multipart-intent', 'part', 'verified', 'committed', 'failed', 'error', 'finished')
         GROUP BY k.step)`,
    )
    .get()
  return { since, until: moment.parse(last).at ?? since }
}
