import type { PlanTotals, RunSnapshot } from '../../../shared/run.ts'
import { Stat, Stats } from '../../components/stat.tsx'
import { formatBytes, formatRate } from '../../format/bytes.ts'
import { formatDuration, formatTimeLeft } from '../../format/duration.ts'
import { formatNumber } from '../../format/number.ts'

/** The figures of a run under way. */
export function RunStats({ snapshot, totals }: { snapshot: RunSnapshot; totals: PlanTotals | null }) {
  const { counts, bytesDone, bytesTotal, itemsPerSecond } = snapshot
  const toMove = totals?.move ?? counts.planned - counts.skipped
  return (
    <Stats>
      {snapshot.phase === 'rollback' ? (
        <Stat label="Files rolled back" value={formatNumber(counts.restored)} />
      ) : (
        <Stat label="Files verified" value={formatNumber(snapshot.copied)} detail={`of ${formatNumber(toMove)}`} />
      )}
      <Stat label="Rows switched" value={formatNumber(counts.committed)} detail={`of ${formatNumber(toMove)}`} />
      <Stat label="Size" value={formatBytes(bytesDone)} detail={`of ${formatBytes(bytesTotal)}`} />
      <Stat
        label="Speed"
        value={formatRate(snapshot.bytesPerSecond)}
        detail={itemsPerSecond === null ? null : `${formatNumber(itemsPerSecond)} files/s`}
      />
      <Stat
        wide
        label="Time left"
        value={formatTimeLeft(snapshot.secondsLeft)}
        detail={`${formatDuration(snapshot.seconds)} so far`}
      />
      <Stat
        label="Failed"
        value={formatNumber(counts.failed)}
        tone={counts.failed > 0 ? 'bad' : 'neutral'}
        detail={totals && totals.blocked > 0 ? `${formatNumber(totals.blocked)} by the plan` : null}
      />
    </Stats>
  )
}
