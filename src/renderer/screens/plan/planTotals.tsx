import type { Estimate, PlanTotals as Totals } from '../../../shared/run.ts'
import { Stat, Stats } from '../../components/stat.tsx'
import { formatBytes } from '../../format/bytes.ts'
import { formatAbout } from '../../format/duration.ts'
import { formatNumber } from '../../format/number.ts'

const basisWords: Record<Estimate['basis'], string> = {
  'last run': 'at the speed of the last run',
  assumption: 'a guess: no run was measured yet',
}

/** What a plan comes to. */
export function PlanTotals({ totals, estimate }: { totals: Totals; estimate: Estimate | null }) {
  return (
    <Stats>
      <Stat label="Documents" value={formatNumber(totals.documents)} detail={`${formatNumber(totals.items)} files`} />
      <Stat
        label="Files to move"
        value={formatNumber(totals.move)}
        detail={totals.skip > 0 ? `${formatNumber(totals.skip)} ${totals.skip === 1 ? 'needs' : 'need'} nothing` : null}
      />
      <Stat
        label="Cannot be moved"
        value={formatNumber(totals.blocked)}
        detail={totals.blocked > 0 ? 'left as they are' : null}
        tone={totals.blocked > 0 ? 'bad' : 'neutral'}
      />
      <Stat label="Size" value={formatBytes(totals.bytes)} detail="to copy" />
      <Stat
        wide
        label="Time"
        value={estimate && totals.move > 0 ? formatAbout(estimate.seconds) : '–'}
        detail={estimate && totals.move > 0 ? basisWords[estimate.basis] : null}
      />
    </Stats>
  )
}
