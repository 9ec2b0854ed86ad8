import { Button } from '@mantine/core'
import { useState } from 'react'
import type { ErrorData } from '../../../shared/errors.ts'
import { reportFormats, type ReportFormat } from '../../../shared/record.ts'
import { ErrorCard } from '../../components/errorCard.tsx'
import { useNotices, useStores } from '../../stores/context.tsx'
import classes from './sideList.module.css'

const means: Record<ReportFormat, string> = {
  json: 'JSON: figures, settings, findings, timeline',
  csv: 'CSV: one line a file, for a spreadsheet',
  html: 'HTML: a page to read, print or mail',
}

/** Saves the report of a run in a form for people, spreadsheets or programs. */
export function ReportButtons({ runId }: { runId: string }) {
  const { api } = useStores()
  const show = useNotices((state) => state.show)
  const [error, setError] = useState<ErrorData | null>(null)
  const save = async (format: ReportFormat) => {
    const reply = await api.records.saveReport(runId, format)
    setError(reply.ok ? null : reply.error)
    if (reply.ok && reply.value) show(`The report was written to ${reply.value.path}.`)
  }
  return (
    <section aria-label="Report" className={classes.part}>
      <p className={classes.heading}>Report</p>
      <div className={classes.buttons}>
        {[...reportFormats].reverse().map((format) => (
          <Button
            key={format}
            size="compact-sm"
            variant="default"
            title={means[format]}
            aria-label={`Save the report as ${format.toUpperCase()}…`}
            onClick={() => void save(format)}
          >
            {format.toUpperCase()}…
          </Button>
        ))}
      </div>
      {error && <ErrorCard error={error} />}
    </section>
  )
}
