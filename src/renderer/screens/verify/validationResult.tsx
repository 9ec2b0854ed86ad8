import { Button, Table } from '@mantine/core'
import {
  type CountPair,
  type ValidationFormat,
  validationFormats,
  type ValidationReport,
} from '../../../shared/validation.ts'
import { Notice } from '../../components/notice.tsx'
import { Panel } from '../../components/panel.tsx'
import { levelWords } from './checkWords.ts'
import { formatNumber } from '../../format/number.ts'
import { formatMoment } from '../../format/time.ts'
import { pairWord, readurLines, validationSentence } from './validationWords.ts'
import { useNavigation, useNotices, useStores } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import classes from './verify.module.css'
import { useState } from 'react'
import type { ErrorData } from '../../../shared/errors.ts'
import { ErrorCard } from '../../components/errorCard.tsx'
import { Badge } from '../../components/badge.tsx'

/** What a validation has come to: passed or not, every figure, and what to do where they differ. */
export function ValidationResult({ report }: { report: ValidationReport }) {
  const { at, state, counts } = report
  const { text, tone } = validationSentence(report)
  return (
    <>
      <Notice tone={tone} title={text}>
        {report.before !== undefined && report.before > 0 && <p>{texts.validate.wrongBefore(report.before)}</p>}
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
        <p className={classes.readurLine}>{texts.validate.readurNotAsked(readurSkipped ?? '')}</p>
      )}
    </Panel>
  )
}

/** Writes the validation to keep it: for people, or for programs. */
function SaveValidation({ runId }: { runId: string }) {
  const { api } = useStores()
  const show = useNotices((state) => state.show)
  const [error, setError] = useState<ErrorData | null>(null)
  const save = async (format: ValidationFormat) => {
    const reply = await api.records.saveValidation(runId, format)
    setError(reply.ok ? null : reply.error)
    if (reply.ok && reply.value) show(texts.validate.validationSaved(reply.value.path))
  }
  return (
    <>
      <div className={classes.buttons}>
        {validationFormats.map((format) => (
          <Button
            key={format}
            size="compact-sm"
            variant="default"
            aria-label={texts.validate.saveValidationAs(format.toUpperCase())}
            onClick={() => void save(format)}
          >
            {texts.validate.saveAs(format.toUpperCase())}
          </Button>
        ))}
      </div>
      {error && <ErrorCard error={error} />}
    </>
  )
}

/** Figures from two places each, side by side. */
function CountsTable({ counts }: { counts: readonly CountPair[] }) {
  return (
    <Panel title={texts.validate.countsThatMustMatch} flush>
      <Table className={classes.table ?? ''} aria-label={texts.validate.countsThatMustMatch}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{texts.validate.counted}</Table.Th>
            <Table.Th className={classes.figure ?? ''}>{texts.validate.number}</Table.Th>
            <Table.Th>{texts.validate.comparedWith}</Table.Th>
            <Table.Th className={classes.figure ?? ''}>{texts.validate.number}</Table.Th>
            <Table.Th className={classes.word ?? ''}>{texts.validate.result}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {counts.map((pair) => (
            <Table.Tr key={pair.name}>
              <Table.Td>{pair.name}</Table.Td>
              <Table.Td className={classes.figure ?? ''}>{formatNumber(pair.expected)}</Table.Td>
              <Table.Td>{pair.against}</Table.Td>
              <Table.Td className={classes.figure ?? ''}>{formatNumber(pair.found)}</Table.Td>
              <Table.Td className={classes.word ?? ''}>
                <Badge word={pairWord(pair)} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Panel>
  )
}
