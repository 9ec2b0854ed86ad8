import type { RunDetails } from '../../../shared/run.ts'
import { Stat, Stats } from '../../components/stat.tsx'
import { formatBytes } from '../../format/bytes.ts'
import { formatDuration } from '../../format/duration.ts'
import { deedOf, doneOf } from '../../format/kind.ts'
import { formatNumber } from '../../format/number.ts'

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)

/** The counts of a run; together they make up the plan. */
export function ResultStats({ details }: { details: RunDetails }) {
  return details.kind === 'audit' ? <AuditStats details={details} /> : <RunStats details={details} />
}

function AuditStats({ details: { documents, failed, skipped, seconds } }: { details: RunDetails }) {
  return (
    <Stats>
      <Stat label="Documents compared" value={formatNumber(documents)} />
      <Stat label="Amiss" value={formatNumber(failed)} tone={failed > 0 ? 'bad' : 'good'} />
      <Stat label="To know" value={formatNumber(skipped)} />
      <Stat label="Duration" value={seconds === null ? '–' : formatDuration(seconds)} />
    </Stats>
  )
}

function RunStats({ details }: { details: RunDetails }) {
  const { kind, failed, skipped, restored, remaining, planned, seconds } = details
  const done = doneOf(details)
  const deed = deedOf(details)
  return (
    <Stats>
      <Stat
        label={capital(deed)}
        value={formatNumber(done)}
        detail={`of ${formatNumber(planned)} files`}
        tone={done > 0 ? 'good' : 'neutral'}
      />
      <Stat label="Failed" value={formatNumber(failed)} tone={failed > 0 ? 'bad' : 'neutral'} />
      <Stat label="Skipped" value={formatNumber(skipped)} />
      <Stat label="Not reached" value={formatNumber(remaining)} />
      {kind !== 'rollback' && restored > 0 && (
        <Stat label={kind === 'free' ? 'Put back' : 'Rolled back'} value={formatNumber(restored)} />
      )}
      <Stat label="Size" value={formatBytes(details.bytes)} detail={deed} />
      <Stat label="Duration" value={seconds === null ? '–' : formatDuration(seconds)} />
    </Stats>
  )
}
