import type { RunDetails } from '../../../shared/run.ts'
import { Stat, Stats } from '../../components/stat.tsx'
import { formatBytes } from '../../format/bytes.ts'
import { formatDuration } from '../../format/duration.ts'
import { deedOf, doneOf } from '../../format/kind.ts'
import { formatNumber } from '../../format/number.ts'

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)

/** The counts of a run; together they make up the plan. */
export function ResultStats({ details }: { details: RunDetails }) {
  const { kind, failed, skipped, restored, remaining, planned, seconds, repairs } = details
  const done = doneOf(details)
  const deed = deedOf(details)
  return (
    <Stats>
      <Stat
        label={capital(deed)}
        value={formatNumber(done)}
        detail={`of ${formatNumber(planned)} ${repairs === null ? 'files' : 'findings'}`}
        tone={done > 0 ? 'good' : 'neutral'}
      />
      <Stat label="Failed" value={formatNumber(failed)} tone={failed > 0 ? 'bad' : 'neutral'} />
      {repairs === null && <Stat label="Skipped" value={formatNumber(skipped)} />}
      <Stat label="Not reached" value={formatNumber(remaining)} />
      {kind !== 'rollback' && restored > 0 && (
        <Stat
          label={kind === 'free' ? 'Put back' : kind === 'repair' ? 'Taken back' : 'Rolled back'}
          value={formatNumber(restored)}
        />
      )}
      <Stat label="Size" value={formatBytes(details.bytes)} detail={deed} />
      <Stat label="Duration" value={seconds === null ? '–' : formatDuration(seconds)} />
    </Stats>
  )
}
