import type { AuditReport } from '../../../shared/run.ts'
import { Stat, Stats } from '../../components/stat.tsx'
import { formatBytes } from '../../format/bytes.ts'
import { formatDuration } from '../../format/duration.ts'
import { formatNumber } from '../../format/number.ts'
import { texts } from '../../texts/texts.ts'

/** What was compared, and what came of it. */
export function AuditStats({ report }: { report: AuditReport }) {
  const { totals, discrepancies, notes, seconds } = report
  const { documents, images, onS3, files, fileBytes, objects, objectBytes, quarantined } = totals
  return (
    <Stats>
      <Stat label={texts.audit.documents} value={formatNumber(documents + images)} detail={texts.audit.onS3(onS3)} />
      <Stat
        label={texts.audit.files}
        value={formatNumber(files)}
        detail={`${formatBytes(fileBytes)}${quarantined > 0 ? texts.audit.quarantined(quarantined) : ''}`}
      />
      <Stat label={texts.audit.objects} value={formatNumber(objects)} detail={formatBytes(objectBytes)} />
      <Stat label={texts.audit.issues} value={formatNumber(discrepancies)} tone={discrepancies > 0 ? 'bad' : 'good'} />
      <Stat label={texts.audit.notes} value={formatNumber(notes)} detail={texts.audit.nothingToDoDetail} />
      <Stat
        label={texts.audit.duration}
        value={formatDuration(seconds)}
        detail={totals.read > 0 ? texts.audit.filesRead(totals.read) : texts.audit.noContentRead}
      />
    </Stats>
  )
}
