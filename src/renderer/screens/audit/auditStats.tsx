import type { AuditReport } from '../../../shared/run.ts'
import { Stat, Stats } from '../../components/stat.tsx'
import { formatBytes } from '../../format/bytes.ts'
import { formatDuration } from '../../format/duration.ts'
import { formatCount, formatNumber } from '../../format/number.ts'

/** What was compared, and what came of it. */
export function AuditStats({ report }: { report: AuditReport }) {
  const { totals, discrepancies, notes, seconds } = report
  const { documents, images, onS3, files, fileBytes, objects, objectBytes, quarantined } = totals
  return (
    <Stats>
      <Stat label="Rows" value={formatNumber(documents + images)} detail={`${formatNumber(onS3)} point at S3`} />
      <Stat
        label="Files"
        value={formatNumber(files)}
        detail={`${formatBytes(fileBytes)}${quarantined > 0 ? `, ${formatNumber(quarantined)} put aside` : ''}`}
      />
      <Stat label="Objects" value={formatNumber(objects)} detail={formatBytes(objectBytes)} />
      <Stat label="Amiss" value={formatNumber(discrepancies)} tone={discrepancies > 0 ? 'bad' : 'good'} />
      <Stat label="Needs nothing" value={formatNumber(notes)} detail="good to know" />
      <Stat
        label="Duration"
        value={formatDuration(seconds)}
        detail={totals.read > 0 ? `${formatCount(totals.read, 'file')} read` : 'no content read'}
      />
    </Stats>
  )
}
