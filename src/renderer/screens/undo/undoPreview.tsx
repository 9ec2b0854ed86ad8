import { runWords } from '../../../shared/runWords.ts'
import type { RepairTally } from '../../../shared/auditRepair.ts'
import type { PlanTotals } from '../../../shared/run.ts'
import type { RunDetails } from '../../../shared/record.ts'
import { Stat, Stats } from '../../components/stat.tsx'
import { formatBytes } from '../../format/bytes.ts'
import { formatNumber } from '../../format/number.ts'
import { texts } from '../../texts/texts.ts'

/** What a plan that goes back over a run comes to. */
export function UndoPreview({ details, totals }: { details: RunDetails; totals: PlanTotals }) {
  const { preview, rollbackOptions, repairs } = details
  if (repairs) return <RepairPreview details={details} repairs={repairs} />
  if (!preview) return <PlainPreview details={details} totals={totals} />
  const keeps = rollbackOptions?.keepObjects === true
  return (
    <Stats>
      <Stat
        label={texts.undo.backToLocalFiles}
        value={formatNumber(preview.rows)}
        detail={preview.documents === null ? undefined : texts.nouns.document(preview.documents)}
      />
      <Stat
        label={texts.undo.intactLocalFiles}
        value={formatNumber(preview.filesSound)}
        detail={texts.undo.hashChecked}
      />
      {preview.filesToReturn > 0 && (
        <Stat
          label={texts.undo.inQuarantine}
          value={formatNumber(preview.filesToReturn)}
          detail={texts.undo.movedBackFirst}
        />
      )}
      <Stat
        label={texts.undo.toDownload}
        value={formatNumber(preview.filesToFetch)}
        detail={preview.filesToFetch > 0 ? formatBytes(preview.bytesToFetch) : texts.undo.nothingMissing}
        tone={preview.filesToFetch > 0 ? 'warn' : 'neutral'}
      />
      <Stat
        label={keeps ? texts.undo.s3CopiesKept : texts.undo.s3CopiesRemoved}
        value={formatNumber(preview.objects)}
        detail={keeps ? texts.undo.asYouChose : texts.undo.afterTheSwitchBack}
      />
      <Stat
        label={texts.undo.conflicts}
        value={formatNumber(preview.conflicts)}
        detail={preview.conflicts > 0 ? texts.undo.stayOnS3 : texts.undo.allCanBeRolledBack}
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
          label={back ? texts.repair.deeds[deed].undoes : texts.repair.deeds[deed].does}
          value={formatNumber(planned)}
          detail={formatBytes(bytes)}
        />
      ))}
      <Stat
        label={runWords[kind].failed}
        value={formatNumber(failed)}
        detail={failed > 0 ? texts.undo.stayUnchanged : texts.undo.noObstacles}
        tone={failed > 0 ? 'warn' : 'good'}
      />
    </Stats>
  )
}

/** Of a plan that only moves or deletes local files. */
function PlainPreview({ details, totals }: { details: RunDetails; totals: PlanTotals }) {
  const { kind } = details
  const goes =
    kind === 'purge'
      ? texts.undo.filesToDelete
      : kind === 'quarantine'
        ? texts.undo.filesToQuarantine
        : texts.undo.filesToPutBack
  return (
    <Stats>
      <Stat label={goes} value={formatNumber(totals.move)} detail={texts.nouns.document(totals.documents)} />
      <Stat label={texts.undo.size} value={formatBytes(totals.bytes)} />
      <Stat
        label={runWords[kind].failed}
        value={formatNumber(totals.blocked)}
        tone={totals.blocked > 0 ? 'bad' : 'neutral'}
      />
      <Stat label={texts.undo.skipped} value={formatNumber(totals.skip)} />
    </Stats>
  )
}
