import { Button } from '@mantine/core'
import { useState } from 'react'
import type { ErrorData } from '../../../shared/errors.ts'
import { reportFormats, type ReportFormat } from '../../../shared/record.ts'
import { ErrorCard } from '../errorCard.tsx'
import { useNotices, useStores } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import classes from './sideList.module.css'

const means: Record<ReportFormat, string> = {
  json: texts.result.jsonFiguresSettingsFindingsTimeline,
  csv: texts.result.csvMeans,
  html: texts.result.htmlMeans,
}

/** Saves the report of a run in a form for people, spreadsheets or programs. */
export function ReportButtons({ runId }: { runId: string }) {
  const { api } = useStores()
  const show = useNotices((state) => state.show)
  const [error, setError] = useState<ErrorData | null>(null)
  const save = async (format: ReportFormat) => {
    const reply = await api.records.saveReport(runId, format)
    setError(reply.ok ? null : reply.error)
    if (reply.ok && reply.value) show(texts.result.reportSaved(reply.value.path))
  }
  return (
    <section aria-label={texts.result.report} className={classes.part}>
      <p className={classes.heading}>{texts.result.report}</p>
      <div className={classes.buttons}>
        {[...reportFormats].reverse().map((format) => (
          <Button
            key={format}
            size="compact-sm"
            variant="default"
            title={means[format]}
            aria-label={texts.result.saveReportAs(format.toUpperCase())}
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
