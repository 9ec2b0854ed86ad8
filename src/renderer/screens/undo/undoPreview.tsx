import { runWords } from '../../../shared/runWords.ts'
import type { RepairTally } from '../../../shared/repair.ts'
import type { PlanTotals, RunDetails } from '../../../shared/run.ts'
import { Stat, Stats } from '../../components/stat.tsx'
import { formatBytes } from '../../format/bytes.ts'
import { formatCount, formatNumber } from '../../format/number.ts'
import { deedWords } from '../../format/repair.ts'

/** What a plan that goes back over a run comes to. */
export function UndoPreview({ details, totals }: { details: RunDetails; totals: PlanTotals }) {
  const { preview, rollbackOptions, repairs } = details
  if (repairs) return <RepairPreview details={details} repairs={repairs} />
  if (!preview) return <PlainPreview details={details} totals={totals} />
  const keeps = rollbackOptions?.keepObjects === true
  return (
    <Stats>
      <Stat
        label="Rows go back"
        value={formatNumber(preview.rows)}
        detail={formatCount(totals.documents, 'document')}
      />
      <Stat label="Local files sound" value={formatNumber(preview.filesSound)} detail="checked by their hash" />
      {preview.filesToReturn > 0 && (
        <Stat label="From the quarantine" value={formatNumber(preview.filesToReturn)} detail="moved back first" />
      )}
      <Stat
        label="To fetch from S3"
        value={formatNumber(preview.filesToFetch)}
        detail={preview.filesToFetch > 0 ? formatBytes(preview.bytesToFetch) : 'nothing is missing'}
        tone={preview.filesToFetch > 0 ? 'warn' : 'neutral'}
      />
      <Stat
        label={keeps ? 'Objects kept' : 'Objects removed'}
        value={formatNumber(preview.objects)}
        detail={keeps ? 'as was chosen' : 'after their rows'}
      />
      <Stat
        label="Conflicts"
        value={formatNumber(preview.conflicts)}
        detail={preview.conflicts > 0 ? 'stay on S3, whole' : 'all can go back'}
        tone={preview.conflicts > 0 ? 'bad' : 'good'}
      />
    </Stats>
  )
}

/** Of a repair, or of one that is taken back: what is done, by kind. */
function RepairPreview({ details: { kind, failed }, repairs }: { details: RunDetails; repairs: RepairTally[] }) {
  const back = kind === 'unrepair'
  return (
    <Stats>
      {(back ? repairs.toReversed() : repairs).map(({ deed, planned, bytes }) => (
        <Stat
          key={deed}
          label={back ? deedWords[deed].takesBack : deedWords[deed].does}
          value={formatNumber(planned)}
          detail={formatBytes(bytes)}
        />
      ))}
      <Stat
        label={runWords[kind].failed}
        value={formatNumber(failed)}
        detail={failed > 0 ? 'stay as they are' : 'nothing stands in the way'}
        tone={failed > 0 ? 'warn' : 'good'}
      />
    </Stats>
  )
}

/** Of a plan that only moves or deletes local files. */
function PlainPreview({ details, totals }: { details: RunDetails; totals: PlanTotals }) {
  const { kind } = details
  const goes =
    kind === 'purge' ? 'Files to delete' : kind === 'quarantine' ? 'Files to quarantine' : 'Files to put back'
  return (
    <Stats>
      <Stat label={goes} value={formatNumber(totals.move)} detail={formatCount(totals.documents, 'document')} />
      <Stat label="Size" value={formatBytes(totals.bytes)} />
      <Stat
        label={runWords[kind].failed}
        value={formatNumber(totals.blocked)}
        tone={totals.blocked > 0 ? 'bad' : 'neutral'}
      />
      <Stat label="Skipped" value={formatNumber(totals.skip)} />
    </Stats>
  )
}
