import { Button } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { useId } from 'react'
import type { CheckupSnapshot, Diagnostic } from '../../../shared/diagnostic.ts'
import { checkWord, formatMilliseconds, standingOf } from '../../format/diagnostic.ts'
import { fieldOfCheck } from '../../connection/fieldOfCheck.ts'
import type { FieldName } from '../../connection/validation.ts'
import { useBusy, useDoctor, useStores, useSupport } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import { ErrorCard } from '../errorCard.tsx'
import { Loading } from '../loading.tsx'
import { Notice } from '../notice.tsx'
import { StandingIcon } from '../standingIcon.tsx'
import classes from './check.module.css'
import { Finding } from './finding.tsx'
import { areaLinesOf, isTrouble, nameOf, titleOf, verdictOf } from './verdict.ts'

interface CheckPanelProps {
  profileId: string
  /** The settings were changed since. */
  isOld?: boolean
  /** Leads to the field that a finding is about. */
  onField: (field: FieldName) => void
}

/** The check of a connection: its verdict, what failed, what warns, and one folded line for each area that passed. */
export function CheckPanel({ profileId, isOld = false, onField }: CheckPanelProps) {
  const id = useId()
  const mine = useDoctor((state) => state.profileId === profileId)
  const { snapshot, running, error, done, start } = useDoctor((state) => state)
  if (!mine) return null
  return (
    <section aria-labelledby={id} aria-busy={running} className={classes.panel}>
      <h2 id={id} className={classes.title}>
        {texts.doctor.check}
      </h2>
      {error && <ErrorCard error={error} onRetry={() => void start(profileId, 'run')} />}
      {done !== null && <Notice tone="good" title={done} />}
      {snapshot ? (
        <Findings snapshot={snapshot} profileId={profileId} isOld={isOld} onField={onField} />
      ) : (
        running && <Loading what={texts.doctor.theSettings} />
      )}
      <Actions profileId={profileId} isOld={isOld} />
    </section>
  )
}

function Findings({ snapshot, isOld = false, onField }: CheckPanelProps & { snapshot: CheckupSnapshot }) {
  const verdict = verdictOf(snapshot)
  const troubles = snapshot.diagnostics.filter(isTrouble)
  const failed = troubles.filter(({ severity }) => severity === 'blocking')
  const warnings = troubles.filter(({ severity }) => severity === 'warning')
  const field = verdict.first && fieldOfCheck(verdict.first)
  return (
    <>
      <div className={classes.verdict} data-tone={isOld ? 'neutral' : verdict.tone}>
        <p role="status">{isOld ? texts.doctor.changedSince : verdict.text}</p>
        {field && !isOld && (
          <Button size="compact-sm" variant="default" onClick={() => onField(field)}>
            {texts.doctor.goToField}
          </Button>
        )}
      </div>
      <ul className={classes.findings} aria-label={texts.doctor.findings}>
        {[...failed, ...warnings].map((it) => (
          <Trouble key={`${it.code} ${it.subject}`} diagnostic={it} onField={it === verdict.first ? null : onField} />
        ))}
      </ul>
      <ul className={classes.areas} aria-label={texts.doctor.areas}>
        {areaLinesOf(snapshot.diagnostics).map(({ area, words, standing, diagnostics }) => (
          <li key={area}>
            <details>
              <summary className={classes.line}>
                <StandingIcon standing={standing} size={17} />
                <span>{words}</span>
                <IconChevronDown size={15} className={classes.opener} aria-hidden />
              </summary>
              <ul className={classes.checks}>
                {diagnostics.map((it) => (
                  <Check key={`${it.code} ${it.subject}`} diagnostic={it} />
                ))}
              </ul>
            </details>
          </li>
        ))}
      </ul>
    </>
  )
}

/** What failed is open; what warns can be opened. */
function Trouble({ diagnostic, onField }: { diagnostic: Diagnostic; onField: CheckPanelProps['onField'] | null }) {
  const standing = standingOf(diagnostic)
  return (
    <li>
      <details open={standing === 'blocking'}>
        <summary className={classes.line}>
          <StandingIcon standing={standing} size={17} />
          <span>
            <span className={classes.name}>{nameOf(diagnostic)}</span>
            <span className={classes.found}>{titleOf(diagnostic)}</span>
          </span>
          <IconChevronDown size={15} className={classes.opener} aria-hidden />
        </summary>
        <Finding diagnostic={diagnostic} onField={onField} />
      </details>
    </li>
  )
}

function Check({ diagnostic }: { diagnostic: Diagnostic }) {
  const { code, subject, state, finding, evidence, milliseconds } = diagnostic
  return (
    <li className={classes.check} data-state={state} title={subject}>
      <StandingIcon standing={standingOf(diagnostic)} size={15} />
      <span>
        <span className={classes.name}>{checkWord(code)}</span>
        <span className={classes.found}>{finding ?? (state === 'skipped' ? texts.doctor.notTriedLabel : '')}</span>
        {evidence.map((line) => (
          <span key={line} className={classes.evidence}>
            {line}
          </span>
        ))}
      </span>
      <span className={classes.time}>{(milliseconds ?? 0) > 0 && formatMilliseconds(milliseconds ?? 0)}</span>
    </li>
  )
}

function Actions({ profileId, isOld }: { profileId: string; isOld: boolean }) {
  const { snapshot, running, start, cancel } = useDoctor((state) => state)
  const { makePlan } = useStores()
  const support = useSupport((state) => state.open)
  const busy = useBusy()
  if (running) {
    return (
      <div className={classes.actions}>
        <Button variant="default" size="compact-sm" onClick={() => void cancel()}>
          {texts.doctor.cancel}
        </Button>
      </div>
    )
  }
  const passed = snapshot?.outcome === 'passed' && !isOld
  return (
    <div className={classes.actions}>
      {passed && (
        <Button disabled={busy} onClick={() => void makePlan(profileId)}>
          {texts.doctor.makeAPlan}
        </Button>
      )}
      <Button variant="default" onClick={() => void start(profileId, 'run')}>
        {texts.doctor.checkAgain}
      </Button>
      <Button variant="subtle" title={texts.doctor.inDepthMeans} onClick={() => void start(profileId, 'full')}>
        {texts.doctor.inDepth}
      </Button>
      {!passed && (
        <Button
          variant="subtle"
          title={texts.doctor.supportBundleMeans}
          onClick={() => support({ profileId, runId: null })}
        >
          {texts.doctor.createSupportBundle}
        </Button>
      )}
    </div>
  )
}
