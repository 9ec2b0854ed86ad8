import type { Estimate, PlanTotals as Totals } from '../../../shared/run.ts'
import { Stat, Stats } from '../../components/stat.tsx'
import { formatBytes } from '../../format/bytes.ts'
import { formatAbout } from '../../format/duration.ts'
import { formatNumber } from '../../format/number.ts'
import { texts } from '../../texts/texts.ts'

const basisWords: Record<Estimate['basis'], string> = {
  'last run': texts.plan.basisLastRun,
  assumption: texts.plan.basisAssumption,
}

/** What a plan comes to. */
export function PlanTotals({ totals, estimate }: { totals: Totals; estimate: Estimate | null }) {
  return (
    <Stats>
      <Stat
        label={texts.plan.documents}
        value={formatNumber(totals.documents)}
        detail={texts.plan.fileCount(totals.items)}
      />
      <Stat
        label={texts.plan.filesToMove}
        value={formatNumber(totals.move)}
        detail={totals.skip > 0 ? texts.plan.skippedCount(totals.skip) : null}
      />
      <Stat
        label={texts.plan.excluded}
        value={formatNumber(totals.blocked)}
        detail={totals.blocked > 0 ? texts.plan.cantBeMoved : null}
        tone={totals.blocked > 0 ? 'bad' : 'neutral'}
      />
      <Stat label={texts.plan.size} value={formatBytes(totals.bytes)} detail={texts.plan.toCopy} />
      <Stat
        wide
        label={texts.plan.time}
        value={estimate && totals.move > 0 ? formatAbout(estimate.seconds) : '–'}
        detail={estimate && totals.move > 0 ? basisWords[estimate.basis] : null}
      />
    </Stats>
  )
}
