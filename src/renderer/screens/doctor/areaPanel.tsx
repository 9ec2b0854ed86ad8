import { Button } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import type { Diagnostic, DiagnosticArea, Severity } from '../../../shared/diagnostic.ts'
import { Badge } from '../../components/badge.tsx'
import { Panel } from '../../components/panel.tsx'
import { StandingIcon } from '../../components/standingIcon.tsx'
import { worstOf } from './checkup.ts'
import { areaWords, checkWord, formatMilliseconds, standingOf } from '../../format/diagnostic.ts'
import type { Word } from '../../format/status.ts'
import { texts } from '../../texts/texts.ts'
import classes from './doctor.module.css'
import { Finding } from './finding.tsx'

interface AreaPanelProps {
  area: DiagnosticArea
  diagnostics: Diagnostic[]
  running: boolean
  onAgain: () => void
}

const severityWords: Record<Severity, Word> = {
  ok: { label: texts.doctor.ok, tone: 'good' },
  note: { label: texts.doctor.okWithNotes, tone: 'good' },
  warning: { label: texts.doctor.warning, tone: 'warn' },
  blocking: { label: texts.doctor.blocksARun, tone: 'bad' },
}

/** The checks of one area, as they come in; nothing for an area that this connection has not. */
export function AreaPanel({ area, diagnostics, running, onAgain }: AreaPanelProps) {
  if (diagnostics.length === 0) return null
  const worst = worstOf(diagnostics.map(({ severity }) => severity))
  const name = areaWords[area]
  return (
    <Panel
      title={name}
      flush
      aside={
        <span className={classes.aside}>
          {worst && <Badge word={severityWords[worst]} />}
          <Button
            variant="subtle"
            size="compact-sm"
            disabled={running}
            aria-label={texts.doctor.checkAgain(name)}
            onClick={onAgain}
          >
            {texts.doctor.runAgain}
          </Button>
        </span>
      }
    >
      <ul className={classes.checks}>
        {diagnostics.map((it) => (
          <Check key={`${it.code} ${it.subject}`} diagnostic={it} />
        ))}
      </ul>
    </Panel>
  )
}

function Check({ diagnostic }: { diagnostic: Diagnostic }) {
  const { code, subject, state, finding, evidence, remedy, error, milliseconds } = diagnostic
  const standing = standingOf(diagnostic)
  const hasMore = evidence.length > 0 || remedy !== null || error !== null
  const line = (
    <>
      <StandingIcon standing={standing} size={18} />
      <span className={classes.name}>{checkWord(code)}</span>
      <span className={classes.found}>{finding ?? (state === 'skipped' ? texts.doctor.notTriedLabel : '')}</span>
      <span className={classes.time}>{(milliseconds ?? 0) > 0 && formatMilliseconds(milliseconds ?? 0)}</span>
      {hasMore ? <IconChevronDown size={16} className={classes.opener} aria-hidden /> : <span />}
    </>
  )
  const isTrouble = standing === 'blocking' || standing === 'warning'
  return (
    <li className={classes.check} data-state={state} title={subject}>
      {hasMore ? (
        // The key opens what turns out to be trouble, and leaves the rest to the reader.
        <details key={String(isTrouble)} open={isTrouble}>
          <summary className={classes.line}>{line}</summary>
          <Finding diagnostic={diagnostic} />
        </details>
      ) : (
        <div className={classes.line}>{line}</div>
      )}
    </li>
  )
}
