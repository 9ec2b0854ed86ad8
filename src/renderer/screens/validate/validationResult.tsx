import { Button } from '@mantine/core'
import type { ValidationReport } from '../../../shared/validation.ts'
import { Notice } from '../../components/notice.tsx'
import { Panel } from '../../components/panel.tsx'
import { levelWords } from '../../format/check.ts'
import { formatCount, formatNumber } from '../../format/number.ts'
import { formatMoment } from '../../format/time.ts'
import { readurLines, validationSentence } from '../../format/validation.ts'
import { useNavigation } from '../../stores/context.tsx'
import { CountsTable } from './countsTable.tsx'
import { SaveValidation } from './saveValidation.tsx'
import classes from './validate.module.css'

/** What a validation has come to: passed or not, every figure, and what to do where they differ. */
export function ValidationResult({ report }: { report: ValidationReport }) {
  const { at, state, counts } = report
  const { text, tone } = validationSentence(report)
  return (
    <>
      <Notice tone={tone} title={text}>
        <p>
          {levelWords[state.level].label}, {formatMoment(at)}. Kept with the run.
        </p>
        <SaveValidation runId={report.runId} />
      </Notice>
      <CountsTable counts={counts} />
      <div className={classes.columns}>
        <FilesOfRun report={report} />
        <ThroughReadurPanel report={report} />
      </div>
    </>
  )
}

function FilesOfRun({ report: { runId, state, audit } }: { report: ValidationReport }) {
  const go = useNavigation((all) => all.go)
  const { checked, of, sound, drift } = state
  return (
    <Panel title="Behind the figures">
      <ul className={classes.lines}>
        <li>
          {checked < of
            ? `${formatNumber(checked)} of ${formatCount(of, 'file')}, chosen at random`
            : formatCount(checked, 'file')}{' '}
          of the run compared, {formatNumber(sound)} as recorded.
        </li>
        {drift.map(({ code, title, count }) => (
          <li key={code}>
            {title}: {formatNumber(count)}
          </li>
        ))}
        <li>
          The audit of everything found {audit.discrepancies === 0 ? 'nothing' : formatNumber(audit.discrepancies)}{' '}
          amiss.
        </li>
      </ul>
      <div className={classes.buttons}>
        {sound < checked && (
          <Button size="compact-sm" variant="default" onClick={() => go({ name: 'verify', runId })}>
            Verify, and put right…
          </Button>
        )}
        <Button size="compact-sm" variant="default" onClick={() => go({ name: 'run', runId: audit.runId })}>
          Open the audit
        </Button>
      </div>
    </Panel>
  )
}

function ThroughReadurPanel({ report: { readur, readurSkipped } }: { report: ValidationReport }) {
  return (
    <Panel title="As users get them" aside={readur?.server}>
      {readur ? (
        <ul className={classes.lines}>
          {readurLines(readur).map((line) => (
            <li key={line}>{line}</li>
          ))}
          {readur.trouble.map((line) => (
            <li key={line} className={classes.trouble}>
              {line}
            </li>
          ))}
        </ul>
      ) : (
        <p className={classes.line}>Readur was not asked. {readurSkipped}</p>
      )}
    </Panel>
  )
}
