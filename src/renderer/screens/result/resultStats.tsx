import type { RunDetails } from '../../../shared/run.ts'
import { Stat, Stats } from '../../components/stat.tsx'
import { formatBytes } from '../../format/bytes.ts'
import { formatDuration } from '../../format/duration.ts'
import { formatNumber } from '../../format/number.ts'

/** The counts of a run; together they make up the plan. */
export function ResultStats({ details }: { details: RunDetails }) {
  const { committed, failed, skipped, restored, remaining, planned, seconds } = details
  return (
    <Stats>
      <Stat
        label="Moved"
        value={formatNumber(committed)}
        detail={`of ${formatNumber(planned)} files`}
        tone={committed > 0 ? 'good' : 'neutral'}
      />
      <Stat label="Failed" value={formatNumber(failed)} tone={failed > 0 ? 'bad' : 'neutral'} />
      <Stat label="Skipped" value={formatNumber(skipped)} />
      <Stat label="Not reached" value={formatNumber(remaining)} />
      {restored > 0 && <Stat label="Rolled back" value={formatNumber(restored)} />}
      <Stat label="Size" value={formatBytes(details.bytes)} detail="moved" />
      <Stat label="Duration" value={seconds === null ? '–' : formatDuration(seconds)} />
    </Stats>
  )
}
