import { Button } from '@mantine/core'
import type { ValidationReport } from '../../../shared/validation.ts'
import { Notice } from '../../components/notice.tsx'
import { Panel } from '../../components/panel.tsx'
import { levelWords } from './checkWords.ts'
import { formatNumber } from '../../format/number.ts'
import { formatMoment } from '../../format/time.ts'
import { readurLines, validationSentence } from './validationWords.ts'
import { useNavigation } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
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
        <p>{texts.validate.madeAt({ label: levelWords[state.level].label, at: formatMoment(at) })}</p>
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
    <Panel title={texts.validate.details}>
      <ul className={classes.lines}>
        <li>
          {texts.validate.comparedAndSound({
            files: checked < of ? texts.validate.sampleOf({ checked, total: of }) : texts.nouns.file(checked),
            sound,
          })}
        </li>
        {drift.map(({ code, title, count }) => (
          <li key={code}>
            {title}: {formatNumber(count)}
          </li>
        ))}
        <li>{texts.validate.auditFound(audit.discrepancies)}</li>
      </ul>
      <div className={classes.buttons}>
        {sound < checked && (
          <Button size="compact-sm" variant="default" onClick={() => go({ name: 'verify', runId })}>
            {texts.validate.verifyAndFix}
          </Button>
        )}
        <Button size="compact-sm" variant="default" onClick={() => go({ name: 'run', runId: audit.runId })}>
          {texts.validate.openAudit}
        </Button>
      </div>
    </Panel>
  )
}

function ThroughReadurPanel({ report: { readur, readurSkipped } }: { report: ValidationReport }) {
  return (
    <Panel title={texts.validate.asUsersSeeThem} aside={readur?.server}>
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
        <p className={classes.line}>{texts.validate.readurNotAsked(readurSkipped ?? '')}</p>
      )}
    </Panel>
  )
}
