import { z } from 'zod'
import { repairDeeds, type RepairDeed, type RepairTally } from '../../../shared/auditRepair.ts'
import { itemStates } from '../../../shared/run.ts'
import { deedOf, stateOf } from './itemState.ts'
import type { RunStore } from './runStore.ts'
import { fieldOf } from './sqliteFile.ts'

const row = z.object({
  deed: z.enum(repairDeeds),
  state: z.enum(itemStates),
  count: z.number(),
  bytes: z.number(),
  unmarked: z.number(),
})

/**
 * What a repair does, or takes back, by deed and outcome, in the order of the deeds; what it cannot do is no part of it.
 * Null for a run that repairs nothing.
 */
export function repairTally(store: RunStore): RepairTally[] | null {
  const { query, header } = store
  if (header.kind !== 'repair' && header.kind !== 'unrepair') return null
  const rows = query.rows(
    row,
    `SELECT ${deedOf('j')} AS deed, ${stateOf(store)} AS state, count(*) AS count, sum(i.size) AS bytes,
       sum(coalesce(${fieldOf('j.data', '$.unmarked')}, 0)) AS unmarked
     FROM journal j JOIN item i ON i.seq = j.seq LEFT JOIN outcome o ON o.seq = i.seq
     WHERE j.step = 'remedy' GROUP BY 1, 2`,
  )
  return repairDeeds.flatMap((deed) => {
    const mine = rows.filter((one) => one.deed === deed)
    return mine.length > 0 ? [tallyOf(deed, mine)] : []
  })
}

function tallyOf(deed: RepairDeed, rows: z.infer<typeof row>[]): RepairTally {
  const of = (state: string): number => rows.find((one) => one.state === state)?.count ?? 0
  return {
    deed,
    planned: rows.reduce((sum, { count }) => sum + count, 0),
    bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0),
    unmarked: rows.reduce((sum, { unmarked }) => sum + unmarked, 0),
    committed: of('committed'),
    failed: of('failed'),
    restored: of('restored'),
    remaining: of('pending'),
  }
}
