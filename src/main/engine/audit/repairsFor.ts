import { z } from 'zod'
import { repairOf, type RepairKind, type RepairShare } from '../../../shared/auditRepair.ts'
import { itemKinds } from '../../../shared/run.ts'
import { errorCodeSchema } from '../journal/errorCode.ts'
import type { RunStore } from '../journal/runStore.ts'

const row = z.object({ code: errorCodeSchema, kind: z.enum(itemKinds), items: z.number(), bytes: z.number() })

/** How much of what an audit has found each repair is for. */
export function repairsFor({ query }: RunStore): Record<RepairKind, RepairShare> {
  const rows = query.rows(
    row,
    'SELECT code, kind, count(*) AS items, sum(size) AS bytes FROM item WHERE code IS NOT NULL GROUP BY code, kind',
  )
  const shareOf = (repair: RepairKind): RepairShare => {
    const mine = rows.filter((one) => repairOf(one) === repair)
    return {
      items: mine.reduce((sum, { items }) => sum + items, 0),
      bytes: mine.reduce((sum, { bytes }) => sum + bytes, 0),
    }
  }
  return {
    fixPaths: shareOf('fixPaths'),
    quarantineFiles: shareOf('quarantineFiles'),
    removeObjects: shareOf('removeObjects'),
    unmarkedObjects: shareOf('unmarkedObjects'),
    removeRows: shareOf('removeRows'),
  }
}
