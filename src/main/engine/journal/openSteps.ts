import { z } from 'zod'
import { entrySchemas } from './entries.ts'
import { madeByOthers } from './madeByOthers.ts'
import type { Queries } from './sqliteFile.ts'

const freeing = z.object({
  seq: z.number(),
  data: z.string().transform((text) => entrySchemas['free-intent'].parse(JSON.parse(text))),
})

/**
 * Of each item that is not known to be freed and whose file was about to go, from where and where to; those who share a
 * file lose it together. A few at most: what was under way when a session ended.
 */
export function openFreeings(query: Queries): Map<number, z.infer<typeof freeing>['data']> {
  const rows = query.rows(
    freeing,
    `SELECT k.seq, j.data FROM journal j JOIN item i ON i.seq = j.seq
       JOIN item k ON k.source = i.source AND k.verdict = 'move' LEFT JOIN outcome o ON o.seq = k.seq
     WHERE j.step = 'free-intent' AND coalesce(o.step, 'failed') = 'failed' ORDER BY j.id`,
  )
  return new Map(rows.map(({ seq, data }) => [seq, data]))
}

/**
 * Items whose rows the run was about to switch and that it does not know to be switched: where such a row points at the
 * object, this run has done it. What a failure says that another has done, another has done.
 */
export const itemsPerhapsCommitted = (query: Queries): Set<number> =>
  new Set(
    query.numbers(
      `SELECT DISTINCT e.value AS seq FROM journal j, json_each(j.data, '$.seqs') e LEFT JOIN outcome o ON o.seq = e.value
       WHERE j.step = 'commit-intent' AND (o.step IS NULL
         OR (o.step = 'failed' AND coalesce(o.code, '') NOT IN (SELECT value FROM json_each(?))))`,
      JSON.stringify([...madeByOthers]),
    ),
  )

/** Items whose object a session was about to send again, and that were not verified since. */
export const itemsBeingResent = (query: Queries): Set<number> =>
  new Set(
    query.numbers(
      `SELECT DISTINCT e.value AS seq FROM journal j, json_each(j.data, '$.seqs') e JOIN outcome o ON o.seq = e.value
         JOIN copy c ON c.seq = e.value
       WHERE j.step = 'send-intent' AND o.step IN ('committed', 'restore-failed') AND j.id > c.id AND j.id > o.id`,
    ),
  )
